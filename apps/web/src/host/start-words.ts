// Why the app can't be opened inside Discord, in words.

import { problemOfError } from "../problems.ts";

export interface StartFailure {
  readonly title: string;
  readonly text: string;
  /** reopen: the page must be loaded anew. again: the same page may try once more. restore: the person's deletion is taken back. */
  readonly way: "reopen" | "again" | "restore";
}

/** Discord's client did not answer the handshake. */
export const silentFailure: StartFailure = {
  title: "Discord doesn’t answer",
  text: "Reed is open inside Discord, but Discord has not spoken to it. Reopening it mostly helps.",
  way: "reopen",
};

export function failureOf(error: unknown): StartFailure {
  switch (codeOf(error)) {
    case "discord_declined":
      return {
        title: "Reed needs to know who you are",
        text: "Discord tells Reed your name and picture, and nothing else, when you say yes.",
        way: "again",
      };
    case "account_deleted":
      return {
        title: "You deleted your notes here",
        text: "For 30 days that can be taken back, and everything is as it was.",
        way: "restore",
      };
    default: {
      const { sentence, todo, action } = problemOfError(error);
      return { title: sentence, text: todo, way: action === "reload" ? "reopen" : "again" };
    }
  }
}

export const wayNames: Readonly<Record<StartFailure["way"], string>> = {
  reopen: "Reopen",
  again: "Try again",
  restore: "Take it back",
};

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
