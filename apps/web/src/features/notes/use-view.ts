// How the list is shown, remembered on this device. A tag or a person narrows it for as long as the page is open.

import { useState } from "react";
import { firstView, type Scope, scopes, type Sort, sorts, type View } from "./note-view.ts";

const key = "reed:list";

export function useView(): readonly [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(remembered);
  const change = (given: Partial<View>) => {
    const next = { ...view, ...given };
    setView(next);
    remember(next);
  };
  return [view, change];
}

function remember({ sort }: View): void {
  try {
    localStorage.setItem(key, sort);
  } catch {
    return; // a window that can't keep anything
  }
}

function remembered(): View {
  try {
    const kept = localStorage.getItem(key);
    return { ...firstView, sort: sorts.find((sort) => sort === kept) ?? firstView.sort };
  } catch {
    return firstView;
  }
}

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

export function isSort(text: string): text is Sort {
  return sorts.some((sort) => sort === text);
}
