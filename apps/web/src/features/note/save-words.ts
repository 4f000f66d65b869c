// The save state's dot and what it means. The state itself is shown word for word.

import type { SaveState } from "@reed/sync";

/** saved: green; sending: green, pale; waiting: amber, not on the server yet; away: grey; taken: rose. */
export type SaveTone = "saved" | "sending" | "waiting" | "away" | "taken";

export const saveWords: Readonly<Record<SaveState, { readonly tone: SaveTone; readonly meaning: string }>> = {
  Saved: { tone: "saved", meaning: "Everything you wrote is on the server." },
  "Saving…": { tone: "sending", meaning: "Your last words are on their way to the server." },
  "Saved on this device": {
    tone: "waiting",
    meaning: "Your last words are kept here and not on the server yet. They are sent as soon as possible.",
  },
  Offline: {
    tone: "away",
    meaning: "There is no connection. You can read on, and others’ words come in when you’re back.",
  },
  "Read only": { tone: "away", meaning: "You can read this note, and see it change, but not write in it." },
  "Access removed": { tone: "taken", meaning: "You can no longer open this note. What you see is what you had." },
  "Too big to save": {
    tone: "waiting",
    meaning: "The note is bigger than 1 MB, the most it can hold. Your last words are not on the server.",
  },
  "Couldn't save": { tone: "waiting", meaning: "Your last words are not on the server." },
};
