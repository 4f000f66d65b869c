// What the forms of an account say before the server is asked, and about what it answers.

import type { Problem } from "../../problems.ts";
import { whenWords } from "../notes/note-words.ts";

const minPassword = 8;
const usernames = /^[a-z0-9_.-]{3,30}$/u;

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What is wrong with what was filled in, and can be seen from here; null where the server has to say. */
export function faultOf({ username, password }: Credentials, isNew: boolean): Problem | null {
  if (username.trim() === "") return say("There is no username yet.", "Write yours into the first field.");
  if (password === "") return say("There is no password yet.", "Write yours into the second field.");
  if (!isNew) return null;
  if (!usernames.test(username.trim().toLowerCase())) {
    return say("That can’t be a username.", "Use 3 to 30 letters a–z, digits, dots, dashes and underscores.");
  }
  return passwordFault(password);
}

export function passwordFault(password: string): Problem | null {
  const { length } = [...password.normalize("NFKC")];
  if (length < minPassword) return say("That password is too short.", "Use at least 8 characters.");
  return length > 200 ? say("That password is too long.", "Use at most 200 characters.") : null;
}

function say(sentence: string, todo: string): Problem {
  return { sentence, todo, action: null };
}

/** "last synced yesterday", "never synced". */
export function syncedWords(lastSyncedAt: string | null, nowMs: number): string {
  if (lastSyncedAt === null) return "not synced yet";
  const when = whenWords(Date.parse(lastSyncedAt), nowMs);
  return when === "now" ? "synced just now" : `last synced ${/^\d{1,2}:\d/u.test(when) ? `at ${when}` : when}`;
}

const browsers = [
  [/\bEdg\//u, "Edge"],
  [/\bOPR\//u, "Opera"],
  [/\bFirefox\//u, "Firefox"],
  [/Chrome\//u, "Chrome"],
  [/\bSafari\//u, "Safari"],
] as const;

const systems = [
  [/\biPhone\b/u, "iPhone"],
  [/\biPad\b/u, "iPad"],
  [/\bAndroid\b/u, "Android"],
  [/\bWindows\b/u, "Windows"],
  [/\bMac OS X\b/u, "Mac"],
  [/\bCrOS\b/u, "ChromeOS"],
  [/\bLinux\b/u, "Linux"],
] as const;

/** "Firefox on Windows", from what a browser says of itself; "A program" where it says nothing that is known. */
export function agentWords(userAgent: string | null): string {
  const text = userAgent ?? "";
  const browser = browsers.find(([pattern]) => pattern.test(text))?.[1];
  const system = systems.find(([pattern]) => pattern.test(text))?.[1];
  if (browser === undefined) return system === undefined ? "A program" : `A program on ${system}`;
  return system === undefined ? browser : `${browser} on ${system}`;
}
