import "../../styles/look.css";
import type { ChangeSettingsRequest, Settings } from "@reed/api";
import type { NoteShelf, ShelfEntry } from "@reed/sync";
import { type FormEvent, useCallback, useId, useState } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Close } from "../../ui/icons.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useTaskQueue } from "../../ui/use-task-queue.ts";
import { nameOf } from "./note-words.ts";

/** The tints of paper, by the names that people see. */
const papers = [
  ["paper", "Paper"],
  ["sand", "Sand"],
  ["reed", "Reed"],
  ["sky", "Sky"],
  ["rose", "Rose"],
  ["indigo", "Indigo"],
  ["moss", "Moss"],
  ["clay", "Clay"],
  ["plum", "Plum"],
  ["stone", "Stone"],
] as const;
const maxTagLength = 40;

interface LookDialogProps {
  readonly entry: ShelfEntry;
  readonly shelf: NoteShelf;
  readonly onClose: () => void;
}

/** What a note looks like to everybody who has it, and what it is filed under. Each change is made as it is chosen. */
export function LookDialog({ entry, shelf, onClose }: LookDialogProps) {
  const workspace = useWorkspace();
  const load = useCallback(() => workspace.call((api) => api.settings(entry.id)), [workspace, entry.id]);
  const { value, problem, change, reload } = useLoaded(load);
  const queue = useTaskQueue();
  const set = async (changes: ChangeSettingsRequest) => {
    const { color, locked } = changes;
    // Seen at once; what is refused is as it was.
    change((before) => ({ ...before, color: color ?? before.color, locked: locked ?? before.locked }));
    const saved = await queue.add(() => workspace.call((api) => api.changeSettings(entry.id, changes)));
    if (saved !== null) shelf.refresh();
    // What was chosen meanwhile stays shown until it is answered, too.
    if (queue.isIdle()) {
      if (saved === null) reload();
      else change(() => saved);
    }
    return saved !== null;
  };
  return (
    <Dialog label="Look and tags" title={`“${nameOf(entry)}”`} onClose={onClose}>
      <ProblemText problem={queue.problem ?? problem} />
      {value !== null && <Look settings={value} isOwner={entry.role === "owner"} onSet={set} />}
    </Dialog>
  );
}

function Look(props: {
  readonly settings: Settings;
  readonly isOwner: boolean;
  readonly onSet: (changes: ChangeSettingsRequest) => Promise<boolean>;
}) {
  const { settings, isOwner, onSet } = props;
  const id = useId();
  const [tag, setTag] = useState("");
  const addTag = async (event: FormEvent) => {
    event.preventDefault();
    const words = tag.trim().replace(/^#/u, "");
    if (words !== "" && (await onSet({ tags: { add: [words] } }))) setTag("");
  };
  return (
    <>
      <fieldset className="papers">
        <legend>Colour</legend>
        {papers.map(([color, name]) => (
          <label key={color} className="paper" data-color={color} title={name}>
            <input
              type="radio"
              name={id}
              aria-label={name}
              checked={(settings.color ?? "paper") === color}
              onChange={() => void onSet({ color })}
            />
          </label>
        ))}
      </fieldset>
      <label className="look-row">
        Icon
        <input
          className="field look-icon"
          defaultValue={settings.icon ?? ""}
          maxLength={16}
          placeholder="🌾"
          onBlur={({ target: { value } }) => {
            const icon = value.trim() === "" ? null : value.trim();
            if (icon !== settings.icon) void onSet({ icon });
          }}
        />
      </label>
      <form className="look-tags" onSubmit={(event) => void addTag(event)}>
        <label htmlFor={`${id}-tag`}>Tags</label>
        {settings.tags.length > 0 && (
          <ul className="tags" aria-label="Tags">
            {settings.tags.map((each) => (
              <li key={each} className="tag">
                <bdi>#{each}</bdi>
                <button
                  type="button"
                  className="tag-off"
                  aria-label={`Remove ${each}`}
                  onClick={() => void onSet({ tags: { remove: [each] } })}
                >
                  <Close />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="look-add">
          <input
            id={`${id}-tag`}
            className="field"
            value={tag}
            maxLength={maxTagLength}
            placeholder="Everybody in the note sees them"
            onChange={(event) => setTag(event.target.value)}
          />
          <button type="submit" className="button" disabled={tag.trim() === ""}>
            Add
          </button>
        </div>
      </form>
      {isOwner && (
        <label className="look-lock">
          <input
            type="checkbox"
            checked={settings.locked}
            onChange={({ target: { checked } }) => void onSet({ locked: checked })}
          />
          Locked: only owners write in it
        </label>
      )}
    </>
  );
}
