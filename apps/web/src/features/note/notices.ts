// What the sheet says above the text, and nothing it does not need to say: the save state says the rest.

import type { NoteStatus } from "@reed/sync";
import { type Problem, type ProblemAction, problemFor } from "../../problems.ts";

export interface Notice {
  readonly id: "memory" | "removed" | "too-big" | "not-saved" | "read-only" | "locked" | "copy" | "problem";
  readonly tone: "quiet" | "warn" | "stop";
  readonly title: string | null;
  readonly text: string;
  readonly action: ProblemAction | null;
}

const askableCodes: ReadonlySet<string> = new Set([
  "not_found",
  "forbidden",
  "access_ended",
  "link_expired",
  "link_used_up",
  "link_revoked",
]);
const lostCodes: ReadonlySet<string> = new Set([...askableCodes, "gone", "blocked"]);

/** Whether its owner could be asked for this note: it is out of reach, and not for good. */
export function canAsk({ problem, save }: Pick<NoteStatus, "problem" | "save">): boolean {
  return problem === null ? save === "Access removed" : askableCodes.has(problem);
}

/** Why there is nothing to show, ever, at this address; null while there is, or may be. */
export function lostBy(status: Pick<NoteStatus, "save" | "problem" | "isLoaded">): Problem | null {
  if (status.isLoaded) return null;
  if (status.problem !== null && lostCodes.has(status.problem)) return problemFor(status.problem);
  return status.save === "Access removed" ? problemFor("access_ended") : null;
}

/** The notices for a note whose text can be shown, the gravest first. */
export function noticesFor(
  status: Pick<NoteStatus, "save" | "role" | "keeps" | "problem">,
  isLocked = false,
): readonly Notice[] {
  const first = copyNotice(status.problem) ?? saveNotice(status);
  const notices: Notice[] = first === null ? [] : [first];
  if (status.keeps === "memory") {
    notices.push({
      id: "memory",
      tone: "warn",
      title: null,
      text: "This window can’t keep notes: what isn’t saved yet is gone when you close it.",
      action: null,
    });
  }
  if (isLocked) {
    notices.push({
      id: "locked",
      tone: "quiet",
      title: null,
      text: "This note is locked: only its owners write in it.",
      action: null,
    });
  }
  if (status.role === "viewer" && status.save !== "Access removed") {
    notices.push({
      id: "read-only",
      tone: "quiet",
      title: null,
      text: "You can read this note. To write in it, ask its owner to let you.",
      action: null,
    });
  }
  return notices;
}

/** What happened to a copy of the note. It says all that there is to say, whatever the save state is meanwhile. */
function copyNotice(code: string | null): Notice | null {
  if (code !== "restored" && code !== "diverged") return null;
  const { sentence, todo, action } = problemFor(code);
  return {
    id: "copy",
    tone: "warn",
    title: null,
    text: code === "restored" ? sentence : `${sentence} ${todo}`,
    action,
  };
}

function saveNotice(status: Pick<NoteStatus, "save" | "problem">): Notice | null {
  const problem = status.problem === null ? null : problemFor(status.problem);
  switch (status.save) {
    case "Access removed":
      return {
        id: "removed",
        tone: "stop",
        title: "Access removed",
        text: "You can’t open this note any more. This is what you had; copy what you need, or ask the owner for a new link.",
        action: "copy-text",
      };
    case "Too big to save":
      return {
        id: "too-big",
        tone: "warn",
        title: "Too big to save",
        text: "A note can hold 1 MB. Shorten it, or move a part to a new note; your text stays here until you do.",
        action: "copy-text",
      };
    case "Couldn't save":
      return {
        id: "not-saved",
        tone: "warn",
        title: "Couldn’t save",
        text:
          problem === null
            ? "Your last words are not on the server. Copy them, then load the page again."
            : `${problem.sentence} ${problem.todo}`,
        action: problem?.action ?? "copy-text",
      };
    default:
      return problem === null
        ? null
        : {
            id: "problem",
            tone: "warn",
            title: null,
            text: `${problem.sentence} ${problem.todo}`,
            action: problem.action,
          };
  }
}

/** True when this person may type: the role is known, and it is one that writes. */
export function canWrite(status: Pick<NoteStatus, "save" | "role">): boolean {
  return (
    (status.role === "owner" || status.role === "editor") &&
    status.save !== "Access removed" &&
    status.save !== "Read only"
  );
}
