import type { ShelfEntry } from "@reed/sync";
import { memo } from "react";
import { followHere } from "../../shell/use-route.ts";
import { PinIcon } from "../../ui/icons.tsx";
import { Menu, type MenuItem } from "../../ui/Menu.tsx";
import { Highlighted } from "./Highlighted.tsx";
import { nameOf, peopleWords, taskWords, whenWords } from "./note-words.ts";

export interface NoteRowProps {
  readonly entry: ShelfEntry;
  readonly isCurrent: boolean;
  readonly nowMs: number;
  readonly selfId: string | null;
  /** As this device last counted them. */
  readonly tasks: { readonly tasksDone: number; readonly tasksTotal: number } | null;
  readonly actions: (entry: ShelfEntry) => readonly MenuItem[];
}

export const NoteRow = memo(function NoteRow({ entry, isCurrent, nowMs, selfId, tasks, actions }: NoteRowProps) {
  const title = nameOf(entry);
  const inTitle = entry.highlights?.find(({ field }) => field === "title");
  const inText = entry.highlights?.find(({ field }) => field === "text");
  const items = actions(entry);
  return (
    <li className="note-row" data-color={entry.color ?? undefined}>
      <a
        className="note-link"
        href={`/n/${entry.id}`}
        aria-current={isCurrent ? "page" : undefined}
        onClick={followHere}
      >
        <span className="note-title" dir="auto">
          {entry.isUnread && !isCurrent && <span className="note-unread" title="Changed since you looked" />}
          {entry.icon !== null && <span aria-hidden="true">{entry.icon} </span>}
          {inTitle === undefined ? title : <Highlighted highlight={inTitle} />}
        </span>
        {inText !== undefined && (
          <span className="note-excerpt" dir="auto">
            <Highlighted highlight={inText} />
          </span>
        )}
        <span className="note-facts">
          {entry.isPinned && (
            <>
              <PinIcon />
              <span className="visually-hidden">Pinned · </span>
            </>
          )}
          <Facts entry={entry} isCurrent={isCurrent} nowMs={nowMs} selfId={selfId} tasks={tasks} />
        </span>
      </a>
      {items.length > 0 && <Menu label={`More about ${title}`} items={items} />}
    </li>
  );
});

function Facts({ entry, isCurrent, nowMs, selfId, tasks }: Omit<NoteRowProps, "actions">) {
  const done = tasks === null ? null : taskWords(tasks);
  const people = peopleWords(entry, selfId);
  const when =
    entry.trashedAt === null
      ? whenWords(Date.parse(entry.updatedAt), nowMs)
      : `deleted ${whenWords(Date.parse(entry.trashedAt), nowMs)}`;
  return (
    <span className="note-words">
      {done !== null && <span className="note-tasks">{done}</span>}
      {done !== null && " · "}
      {people !== null && <bdi>{people}</bdi>}
      {people !== null && " · "}
      {isCurrent ? "now" : when}
      {entry.hasUnsent && (
        <>
          {" · "}
          <span className="note-unsent">on this device</span>
        </>
      )}
    </span>
  );
}
