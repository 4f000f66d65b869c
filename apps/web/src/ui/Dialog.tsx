import { type ReactNode, useLayoutEffect, useRef } from "react";
import { Close } from "./icons.tsx";

/** A modal dialog, open as long as it is rendered. Escape, its button and a click beside it close it; focus goes back where it was. */
export function Dialog(props: {
  readonly label: string;
  readonly title: string;
  readonly onClose: () => void;
  /** For what needs room. */
  readonly isWide?: boolean | undefined;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Layout: it has to be closed while it is still in the page, for the focus to go back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={props.isWide === true ? "dialog dialog-wide" : "dialog"}
      aria-label={props.label}
      closedby="any"
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div className="dialog-sheet">
        <h2 dir="auto">{props.title}</h2>
        {props.children}
        {/* Last, so that the first thing to do has the focus. */}
        <button type="button" className="icon-button dialog-close" aria-label="Close" onClick={props.onClose}>
          <Close />
        </button>
      </div>
    </dialog>
  );
}
