import type { SaveState } from "@reed/sync";
import { useEffect, useId, useRef, useState } from "react";
import { isComposing } from "../../ui/is-composing.ts";
import { saveWords } from "./save-words.ts";

/** The save state: one dot, the words, and what they mean for whoever asks. */
export function SaveStatus({ save }: { readonly save: SaveState }) {
  const [isExplained, setIsExplained] = useState(false);
  const meaningId = useId();
  const root = useRef<HTMLDivElement>(null);
  const { tone, meaning } = saveWords[save];

  useEffect(() => {
    if (!isExplained) return;
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setIsExplained(false);
    };
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !isComposing(event)) setIsExplained(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("keydown", closeOnEscape);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("keydown", closeOnEscape);
    };
  }, [isExplained]);

  return (
    <div ref={root} className="save" data-tone={tone}>
      <span className="save-dot" aria-hidden="true" />
      <span role="status" aria-describedby={isExplained ? meaningId : undefined} title={meaning}>
        {save}
      </span>
      {/* Lies over the words: a button around them would take the status role away. */}
      <button
        type="button"
        className="save-why"
        aria-label="What this means"
        aria-expanded={isExplained}
        aria-controls={meaningId}
        title={meaning}
        onClick={() => setIsExplained(!isExplained)}
      />
      {isExplained && (
        <p id={meaningId} className="save-meaning">
          {meaning}
        </p>
      )}
    </div>
  );
}
