// What can go wrong, in words: for every code of wire, API and replica one sentence that says what happened and one thing to do.
// The record is keyed by a closed union, so a new code does not compile until it has its words. The many ways in which an op can
// be malformed (`text_…`, `op_…`) read alike: what differs is for the log.

import type { ProblemCode } from "./problem-code.ts";

/** What a button beside the words can do. */
export type ProblemAction = "reload" | "home" | "copy-text" | "continue" | "sign-in";

export interface Problem {
  /** What happened. */
  readonly sentence: string;
  /** What to do. */
  readonly todo: string;
  /** The button that does it, or null when it takes something outside of this page. */
  readonly action: ProblemAction | null;
}

const newLink = "Ask the note’s owner for a new one.";
const sentByItself = "Wait a moment; what you wrote is kept and goes out by itself.";
const copyAndReload = "Copy your text, then load the page again.";

const refused: Problem = { sentence: "The server could not take that edit.", todo: copyAndReload, action: "copy-text" };
const outOfStep: Problem = { sentence: "This page fell out of step with the note.", todo: sentByItself, action: null };
const unknownDevice: Problem = {
  sentence: "Reed no longer knows this device.",
  todo: "Load the page again to be let in.",
  action: "reload",
};
const misunderstood: Problem = {
  sentence: "This page and the server misunderstood each other.",
  todo: "Load the page again; what you wrote is kept.",
  action: "reload",
};
const full: Problem = {
  sentence: "A note can hold 1 MB, and this one is full.",
  todo: "Shorten it, or move a part to a new note.",
  action: null,
};
const tooMuch: Problem = {
  sentence: "That was too much to send at once.",
  todo: "Copy your text, then paste it in smaller parts.",
  action: "copy-text",
};
const busy: Problem = { sentence: "Many people are in this note right now.", todo: sentByItself, action: null };
const wrongClock: Problem = {
  sentence: "The clock of this device is wrong.",
  todo: "Set it right; what you wrote is kept and goes out by itself.",
  action: null,
};
const settingRefused: Problem = {
  sentence: "The server could not take that setting.",
  todo: "Load the page again, then set it once more.",
  action: "reload",
};
const hasty: Problem = { sentence: "That was a lot at once.", todo: sentByItself, action: null };

export const problems: Readonly<Record<ProblemCode, Problem>> = {
  not_found: {
    sentence: "There is no note here, or you may not see it.",
    todo: "Check the address, or ask the person who sent it for a new link.",
    action: "home",
  },
  gone: { sentence: "This note was deleted for good.", todo: "Ask its owner if there is another one.", action: "home" },
  forbidden: { sentence: "You may not do that in this note.", todo: "Ask its owner for an edit link.", action: null },
  link_expired: { sentence: "This link has run out.", todo: newLink, action: "home" },
  link_used_up: { sentence: "This link was opened as often as it may be.", todo: newLink, action: "home" },
  link_revoked: { sentence: "This link was taken back.", todo: newLink, action: "home" },

  unreachable: { sentence: "The server can’t be reached.", todo: sentByItself, action: null },
  unexpected: misunderstood,
  invalid: misunderstood,
  genesis_invalid: refused,
  unauthenticated: unknownDevice,
  token_expired: unknownDevice,
  proof_required: unknownDevice,
  proof_invalid: unknownDevice,
  ticket_invalid: unknownDevice,
  ticket_expired: outOfStep,
  ticket_wrong_note: misunderstood,
  origin_refused: {
    sentence: "Reed does not work on this page.",
    todo: "Open the link in a browser tab.",
    action: null,
  },
  compliance_on: {
    sentence: "This note keeps everything that was ever written in it.",
    todo: "Turn compliance mode off first.",
    action: null,
  },
  too_many_versions: {
    sentence: "A note can have 200 named versions, and this one has.",
    todo: "Take the name from one that is no longer needed.",
    action: null,
  },
  too_many_settings: {
    sentence: "This note has as many settings as it can have.",
    todo: "Remove a tag that is no longer used.",
    action: null,
  },
  too_many_links: {
    sentence: "A note can have 50 links, and this one has.",
    todo: "Revoke one that is no longer used.",
    action: null,
  },
  credentials_wrong: {
    sentence: "That username and password don’t belong together.",
    todo: "Check both, and try again.",
    action: null,
  },
  session_ended: {
    sentence: "You were signed out on this device.",
    todo: "Sign in to go on; what you wrote is kept here.",
    action: "sign-in",
  },
  account_deleted: {
    sentence: "This account was deleted.",
    todo: "Sign in within 30 days to take that back.",
    action: "sign-in",
  },
  username_taken: { sentence: "Somebody has that username already.", todo: "Choose another one.", action: null },
  guest_only: { sentence: "You have an account already.", todo: "Sign out first to make another one.", action: null },
  account_only: { sentence: "That takes an account.", todo: "Sign in, or create one.", action: "sign-in" },
  last_owner: {
    sentence: "A note needs an owner, and there is no other one.",
    todo: "Make somebody else the owner first, or delete the note.",
    action: null,
  },
  too_many_members: {
    sentence: "A note can be shared with 500 people, and this one is.",
    todo: "Remove somebody who no longer needs it, or send a link.",
    action: null,
  },
  not_trashed: {
    sentence: "This note is not in the trash.",
    todo: "Delete it first, then delete it for good.",
    action: null,
  },
  changed_meanwhile: {
    sentence: "The note was changed in the meantime.",
    todo: "Look at it again before you write.",
    action: "reload",
  },
  quota_reached: {
    sentence: "That is as many as one person can make for now.",
    todo: "Try again tomorrow, or sign in.",
    action: "sign-in",
  },
  device_revoked: {
    sentence: "This device was removed from its account.",
    todo: "Sign in again to start over on it.",
    action: "sign-in",
  },
  too_many_blocks: {
    sentence: "That is as many people as a note can shut out.",
    todo: "Let one of them back in first.",
    action: null,
  },
  blocked: { sentence: "The owner of this note has shut you out.", todo: "Talk to the owner.", action: "home" },
  idempotency_reused: misunderstood,
  idempotency_busy: misunderstood,
  method_not_allowed: misunderstood,
  address_too_long: misunderstood,
  unavailable: { sentence: "A part of Reed is not answering.", todo: sentByItself, action: null },
  body_too_large: tooMuch,
  text_too_large: full,
  upgrade_required: misunderstood,
  rate_limited: hasty,
  no_snapshot: outOfStep,
  compacted: outOfStep,
  conflict: {
    sentence: "There is another note at this address.",
    todo: "Copy your text into a new note.",
    action: "copy-text",
  },
  device_taken: {
    sentence: "This device belongs to somebody else.",
    todo: "Sign that person out here first.",
    action: null,
  },
  discord_unavailable: {
    sentence: "This server is not set up for Discord.",
    todo: "Open Reed in a browser tab.",
    action: null,
  },
  discord_refused: {
    sentence: "Discord does not show you in this channel.",
    todo: "Close Reed in Discord, and open it there again.",
    action: "reload",
  },
  discord_unreachable: { sentence: "Discord is not answering.", todo: "Try again in a moment.", action: "reload" },
  space_only: {
    sentence: "That works inside a Discord channel only.",
    todo: "Open Reed in the channel.",
    action: null,
  },
  mode_unavailable: {
    sentence: "This kind of note can’t be made yet.",
    todo: "Start an ordinary note.",
    action: "home",
  },
  internal: {
    sentence: "Something went wrong on our side.",
    todo: "Load the page again; what you wrote is kept.",
    action: "reload",
  },

  wrong_note: refused,
  founding: refused,
  not_enrolled: outOfStep,
  certificate_invalid: unknownDevice,
  certificate_expired: outOfStep,
  certificate: unknownDevice,
  key: unknownDevice,
  signature: refused,
  counter: outOfStep,
  prev: outOfStep,
  behind: outOfStep,
  seen_ahead: outOfStep,
  seen_chain: outOfStep,
  acl: outOfStep,
  clock: wrongClock,
  control: outOfStep,
  control_invalid: refused,
  body: refused,
  bucket: refused,
  bucket_full: {
    sentence: "This note can keep no more beside its text.",
    todo: "Copy your text into a new note.",
    action: "copy-text",
  },
  locked: { sentence: "This note is locked.", todo: "Ask its owner to unlock it.", action: null },
  register_too_big: { sentence: "That setting is too long.", todo: "Make it shorter.", action: null },
  register_malformed: settingRefused,
  register_time: wrongClock,
  register_key: settingRefused,
  register_unknown_key: settingRefused,
  register_type: settingRefused,
  register_ahead: {
    sentence: "This page is newer than the server.",
    todo: "Wait a moment, then set it once more.",
    action: null,
  },
  register_role: {
    sentence: "You may not change that setting.",
    todo: "Ask the note’s owner to change it.",
    action: null,
  },
  register_too_many: {
    sentence: "This note has as many settings as it can have.",
    todo: "Remove one that is no longer used.",
    action: null,
  },
  edit_refused: refused,
  op_body_size: tooMuch,
  note_full: full,
  rate: hasty,
  overloaded: busy,
  too_crowded: {
    sentence: "More people are in this note than can follow it live.",
    todo: "What is new comes now and then, and live again when there is room.",
    action: null,
  },

  frame_malformed: misunderstood,
  frame_unknown: misunderstood,
  frame_unexpected: misunderstood,
  frame_text: misunderstood,
  frame_too_big: tooMuch,
  hello_proof: unknownDevice,
  hello_late: { sentence: "The connection was too slow to begin.", todo: sentByItself, action: null },
  access_ended: {
    sentence: "You can’t open this note any more.",
    todo: "Ask its owner for a new link.",
    action: "home",
  },
  snapshot_needed: outOfStep,
  version_unsupported: {
    sentence: "This page is older than the server.",
    todo: "Load it again to get the new one.",
    action: "reload",
  },
  restarting: { sentence: "The server is starting again.", todo: sentByItself, action: null },

  offline: { sentence: "You’re offline.", todo: "Go on writing; it is sent when you’re back.", action: null },
  timeout: { sentence: "The server didn’t answer.", todo: "Wait a moment; Reed tries again by itself.", action: null },
  storage_full: {
    sentence: "This device has no room left for notes.",
    todo: "Free some space, and keep this page open until it says Saved.",
    action: null,
  },
  storage_failed: { sentence: "This device couldn’t keep your last edit.", todo: copyAndReload, action: "copy-text" },
  forked: {
    sentence: "The server’s copy of this note is not the one you had.",
    todo: copyAndReload,
    action: "copy-text",
  },
  restored: {
    sentence:
      "The server lost part of this note’s history; what this device still has is added again when you continue.",
    todo: "Continue, or copy your text first.",
    action: "continue",
  },
  diverged: {
    sentence: "This device’s copy of the note was not right, and was loaded again.",
    todo: "Check that your last words are there.",
    action: null,
  },
  tampered: {
    sentence: "What the server sent does not belong to this note.",
    todo: copyAndReload,
    action: "copy-text",
  },
};

/** The words for a code; one that this page doesn't know, as an older page may not, reads as `internal`. */
export function problemFor(code: string): Problem {
  if (isProblemCode(code)) return problems[code];
  if (code.startsWith("register_")) return settingRefused;
  return /^(?:text|op)_/u.test(code) ? problems.edit_refused : problems.internal;
}

/** The words for something thrown by the workspace: its `code` if it carries one. */
export function problemOfError(error: unknown): Problem {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return problemFor(typeof code === "string" ? code : "internal");
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}
