import { type KeyboardEvent, useEffect, useRef } from "react";
import { SearchIcon } from "../../ui/icons.tsx";
import { isComposing } from "../../ui/is-composing.ts";

/** Ctrl or Command K comes here from anywhere; the arrow down goes on to what was found, Escape empties it. */
export function SearchBox({ query, onChange }: { readonly query: string; readonly onChange: (query: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const come = (event: globalThis.KeyboardEvent) => {
      if (isComposing(event)) return;
      if (event.key !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
      const isShown = field.current?.checkVisibility?.() !== false;
      if (!isShown || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", come);
    return () => removeEventListener("keydown", come);
  }, []);
  const act = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector<HTMLElement>(".note-list .note-link")?.focus();
    }
    if (event.key === "Enter" && query.trim() !== "")
      document.querySelector<HTMLElement>(".note-list .note-link")?.click();
    if (event.key === "Escape" && query !== "") {
      event.preventDefault();
      onChange("");
    }
  };
  return (
    <div className="search">
      <button type="button" className="search-button" aria-label="Search" onClick={() => field.current?.focus()}>
        <SearchIcon />
      </button>
      <input
        ref={field}
        type="search"
        className="search-field"
        aria-label="Search notes"
        placeholder="Search notes"
        aria-keyshortcuts="Control+K Meta+K"
        autoComplete="off"
        enterKeyHint="search"
        value={query}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={act}
      />
    </div>
  );
}
