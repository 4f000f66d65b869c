import { useEffect, useState, useSyncExternalStore } from "react";
import { Close } from "./icons.tsx";
import { dismissToast, subscribeToasts, type Toast, toasts } from "./toasts.ts";

/** Long enough to be read and reached; it waits for as long as it is looked at. */
const shownMs = 9000;

export function Toasts() {
  const shown = useSyncExternalStore(subscribeToasts, toasts);
  return (
    <div className="toasts" aria-live="polite">
      {shown.map((toast) => (
        <ToastItem key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastItem({ toast: { id, words, action } }: { readonly toast: Toast }) {
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismissToast(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, isHeld]);
  return (
    <div
      className="toast"
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <p dir="auto">{words}</p>
      {action !== null && (
        <button
          type="button"
          className="toast-action"
          onClick={() => {
            dismissToast(id);
            action.run();
          }}
        >
          {action.name}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismissToast(id)}>
        <Close />
      </button>
    </div>
  );
}
