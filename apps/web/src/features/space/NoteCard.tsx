import { type Card, cardOf, type Line, type Run } from "@reed/card";
import type { OpenNote } from "@reed/sync";
import { useMemo } from "react";
import { Sprout } from "../../ui/icons.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { useNoteStatus, useSettings } from "../note/use-open-note.ts";
import { writingWords } from "./space-words.ts";

/** As many people as there is room for. */
const shownPeople = 4;

/** The note in a small window: what its picture in a chat shows, as it is now. Nothing can be typed into it. */
export function NoteCard({ note }: { readonly note: OpenNote }) {
  const status = useNoteStatus(note);
  const settings = useSettings(note);
  const text = status.preview ?? note.text.toString();
  const card = useMemo(() => cardOf(text), [text]);
  const writing = writingWords(status.cursors.map(({ name }) => name));
  return (
    <section className="note-card" aria-label="Note card" data-color={settings.color ?? undefined}>
      <CardWords card={card} isLoaded={status.isLoaded || status.preview !== null} />
      <footer className="card-foot">
        <span className="card-people" aria-hidden="true">
          {status.people.slice(0, shownPeople).map(({ id, name, color }) => (
            <Avatar key={id} name={name} color={color} />
          ))}
        </span>
        <span className="card-writing">{writing === "" ? status.save : writing}</span>
        <Progress tasks={card.tasks} />
      </footer>
    </section>
  );
}

function CardWords({ card, isLoaded }: { readonly card: Card; readonly isLoaded: boolean }) {
  if (!isLoaded) return <p className="card-title">Opening…</p>;
  if (card.title === null) return <p className="card-title card-empty">Nothing written yet</p>;
  return (
    <div className="card-words" dir={card.direction}>
      {card.heading !== null && (
        <p className="card-title" dir={card.heading.direction ?? undefined}>
          <Runs runs={card.heading.runs} />
        </p>
      )}
      {card.lines.map((line, at) => (
        <CardLine key={at} line={line} />
      ))}
    </div>
  );
}

function CardLine({ line }: { readonly line: Line }) {
  const isDone = line.type === "task" && line.done;
  return (
    <p
      className="card-line"
      data-type={line.type}
      data-done={isDone || undefined}
      dir={line.direction ?? undefined}
      style={{ paddingInlineStart: `${Math.min(line.depth, 3) * 1.1}em` }}
    >
      {line.type === "task" && (
        <span className="card-box">
          <span className="visually-hidden">{line.done ? "Done: " : "To do: "}</span>
        </span>
      )}
      {line.type === "item" && <span className="card-bullet">{line.number === null ? "•" : `${line.number}.`}</span>}
      <span className="card-text">
        <Runs runs={line.runs} />
      </span>
    </p>
  );
}

/** Links are words here: a card leads nowhere. */
function Runs({ runs }: { readonly runs: readonly Run[] }) {
  return runs.map(({ text, marks }, at) => (
    <span key={at} className={marks.map((mark) => `card-${mark}`).join(" ") || undefined}>
      {text}
    </span>
  ));
}

function Progress({ tasks: { done, total } }: { readonly tasks: Card["tasks"] }) {
  if (total === 0) return <Sprout className="card-mark" />;
  return (
    <span className="card-progress">
      <progress value={done} max={total} aria-hidden="true" />
      {done} of {total}
    </span>
  );
}
