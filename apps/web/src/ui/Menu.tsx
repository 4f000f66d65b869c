import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { MoreIcon } from "./icons.tsx";

export interface MenuItem {
  readonly name: string;
  readonly isGrave?: boolean | undefined;
  readonly onChoose: () => void;
}

const marginPx = 8;

/** A button with three dots, and the things to do that it opens. Escape, Tab and a press elsewhere close it. */
export function Menu({ label, items }: { readonly label: string; readonly items: readonly MenuItem[] }) {
  const id = useId();
  /** The button, while the menu is open. */
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const isOpen = anchor !== null;
  return (
    <>
      <button
        type="button"
        className="icon-button menu-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={({ currentTarget }) => setAnchor(isOpen ? null : currentTarget)}
      >
        <MoreIcon />
      </button>
      {anchor !== null && (
        <MenuList
          id={id}
          label={label}
          items={items}
          anchor={anchor}
          onClose={(returnsFocus) => {
            setAnchor(null);
            if (returnsFocus) anchor.focus();
          }}
        />
      )}
    </>
  );
}

function MenuList(props: {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly anchor: HTMLElement;
  readonly onClose: (returnsFocus: boolean) => void;
}) {
  const { anchor, onClose } = props;
  const leave = useEffectEvent(() => onClose(false));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    element.showPopover?.();
    place(element, anchor.getBoundingClientRect());
    element.querySelector("button")?.focus();
    const closeOutside = (event: Event) => {
      const isInside =
        event.target instanceof Node && (element.contains(event.target) || anchor.contains(event.target));
      if (!isInside) leave();
    };
    document.addEventListener("pointerdown", closeOutside);
    addEventListener("resize", closeOutside);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      removeEventListener("resize", closeOutside);
    };
  }, [anchor]);

  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      return onClose(true);
    }
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((item) => item === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  };
  return (
    <div
      ref={list}
      id={props.id}
      popover="manual"
      role="menu"
      aria-label={props.label}
      className="menu"
      onKeyDown={move}
    >
      {props.items.map(({ name, isGrave, onChoose }) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={isGrave === true ? "menu-item menu-grave" : "menu-item"}
          onClick={() => {
            onClose(true);
            onChoose();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** Below the button where there is room, else above it, and never beyond the window. */
function place(menu: HTMLElement, anchor: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const isBelow = anchor.bottom + height + marginPx <= innerHeight;
  const isRtl = getComputedStyle(menu).direction === "rtl";
  const left = isRtl ? anchor.left : anchor.right - width;
  menu.style.top = `${Math.max(marginPx, isBelow ? anchor.bottom + 4 : anchor.top - height - 4)}px`;
  menu.style.left = `${Math.min(Math.max(marginPx, left), innerWidth - width - marginPx)}px`;
}
