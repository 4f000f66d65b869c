import { type ReactNode, useLayoutEffect } from "react";
import { removeServerText } from "../features/note/server-text.ts";
import { Sprout } from "../ui/icons.tsx";
import { followHere } from "./use-route.ts";

/** A sheet without a note: nothing is open, or what was asked for is not there. */
export function EmptySheet(props: {
  readonly title: string;
  readonly text: string;
  readonly hasHomeLink?: boolean | undefined;
  readonly children?: ReactNode;
}) {
  useLayoutEffect(() => {
    document.title = `${props.title === "Nothing open" ? "" : `${props.title} · `}Reed`;
    removeServerText();
  }, [props.title]);
  return (
    <main className="sheet empty-sheet">
      <div className="empty-words">
        <Sprout className="empty-sprout" />
        <h1>{props.title}</h1>
        <p>{props.text}</p>
        {props.hasHomeLink === true && (
          <a className="button" href="/" onClick={followHere}>
            Go to your notes
          </a>
        )}
        {props.children}
      </div>
    </main>
  );
}
