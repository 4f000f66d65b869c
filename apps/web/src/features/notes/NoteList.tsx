import type { NoteShelf, ShelfEntry } from "@reed/sync";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { later } from "../../shell/later.ts";
import { useAccount, useLocalNotes, useShelf, useShelfEntries } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { useNow } from "../../ui/use-now.ts";
import { DeleteForGood } from "./DeleteForGood.tsx";
import { emptyWords, foundWords } from "./list-words.ts";
import { NoteFilters } from "./NoteFilters.tsx";
import { NoteRow } from "./NoteRow.tsx";
import { arrange, asListed, narrowingsOf } from "./note-view.ts";
import { SearchBox } from "./SearchBox.tsx";
import { useNoteActions } from "./use-note-actions.ts";
import { useSearch } from "./use-search.ts";
import { useView } from "./use-view.ts";

const LookDialog = lazy(async () => ({ default: (await later.look()).LookDialog }));

/** Drawn at once; more as one scrolls. */
const pageSize = 60;

/** The notes of this device's user: searched, narrowed, sorted. */
export function NoteList({ currentNoteId }: { readonly currentNoteId: string | null }) {
  const shelf = useShelf();
  const entries = useShelfEntries(shelf);
  const [query, setQuery] = useState("");
  const [view, changeView] = useView();
  const found = useSearch(shelf, entries, useDeferredValue(query));
  const arranged = useMemo(() => arrange(entries, view), [entries, view]);
  const narrowings = useMemo(() => narrowingsOf(entries), [entries]);
  const shown = useMemo(
    () => (found === null ? arranged : asListed(found.entries, entries)),
    [found, arranged, entries],
  );
  const isSearching = query.trim() !== "";
  const words = found === null ? null : foundWords(found);

  useEffect(() => {
    if (words !== null && found?.server !== "searching") announce(words);
  }, [words, found?.server]);

  return (
    <>
      <SearchBox query={query} onChange={setQuery} />
      {!isSearching && (entries.length > 0 || view.scope !== "all" || view.narrowing !== null) && (
        <NoteFilters view={view} narrowings={narrowings} onChange={changeView} />
      )}
      <div className="sidebar-notes">
        {isSearching && words !== null && <p className="list-words">{words}</p>}
        {shown.length === 0
          ? !isSearching && <p className="sidebar-hint">{emptyWords(view)}</p>
          : (!isSearching || found !== null) && (
              <Rows
                key={isSearching ? "found" : view.scope}
                entries={shown}
                shelf={shelf}
                currentNoteId={currentNoteId}
              />
            )}
      </div>
    </>
  );
}

function Rows(props: {
  readonly entries: readonly ShelfEntry[];
  readonly shelf: NoteShelf;
  readonly currentNoteId: string | null;
}) {
  const { entries, shelf, currentNoteId } = props;
  const { userId } = useAccount();
  const nowMs = useNow();
  const tasks = useTasks();
  const { itemsFor, doomed, setDoomed, dressed, setDressed } = useNoteActions(shelf, userId, currentNoteId);
  const [limit, setLimit] = useState(pageSize);
  return (
    <>
      <ul aria-label="Notes" className="note-list">
        {entries.slice(0, limit).map((entry) => (
          <NoteRow
            key={entry.id}
            entry={entry}
            isCurrent={entry.id === currentNoteId}
            nowMs={nowMs}
            selfId={userId}
            tasks={tasks.get(entry.id) ?? null}
            actions={itemsFor}
          />
        ))}
      </ul>
      {limit < entries.length && <More onReached={() => setLimit(limit + pageSize)} />}
      {dressed !== null && (
        <Suspense fallback={null}>
          <LookDialog entry={dressed} shelf={shelf} onClose={() => setDressed(null)} />
        </Suspense>
      )}
      {doomed !== null && <DeleteForGood entry={doomed} shelf={shelf} onClose={() => setDoomed(null)} />}
    </>
  );
}

/** How far the tasks of each note are, as this device last saw it. */
function useTasks() {
  const notes = useLocalNotes();
  return useMemo(() => new Map(notes.map((note) => [note.noteId, note] as const)), [notes]);
}

/** The end of what is drawn: more is drawn when it comes into view, or when it is pressed. */
function More({ onReached }: { readonly onReached: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (button.current === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && onReached(), {
      rootMargin: "600px",
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [onReached]);
  return (
    <button ref={button} type="button" className="quiet-button" onClick={onReached}>
      Show more
    </button>
  );
}
