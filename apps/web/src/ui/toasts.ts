// What was just done and can still be undone, said at the foot of the window. Nothing that went well is said otherwise.

export interface Toast {
  readonly id: number;
  readonly words: string;
  readonly action: { readonly name: string; readonly run: () => void } | null;
}

let nextId = 1;
let current: readonly Toast[] = [];
const listeners = new Set<() => void>();

/** Shows it until it is dismissed, by its person or by its time. */
export function showToast(words: string, action: Toast["action"] = null): void {
  current = [...current.slice(-1), { id: nextId++, words, action }];
  tell();
}

export function dismissToast(id: number): void {
  current = current.filter((toast) => toast.id !== id);
  tell();
}

export function toasts(): readonly Toast[] {
  return current;
}

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
