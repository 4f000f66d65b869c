// The settings of a note that are not text. Everybody who reads the note reads them.
import { mapOf, one } from "./field.ts";
import { bool, choice, text } from "./types.ts";
import { defineRegisters, type RegistersOf, type WritesOf } from "./define.ts";

export const META_BUCKET = "meta";

/** What tints the paper, in the order in which they are offered. */
export const NOTE_COLORS = ["paper", "sand", "reed", "sky", "rose", "indigo", "moss", "clay", "plum", "stone"] as const;
/** What a card shows of the note. */
export const PREVIEW_LEVELS = ["content", "title", "nothing"] as const;

const fields = {
  color: one(choice(NOTE_COLORS)),
  /** An emoji, joined ones too. */
  icon: one(text(16)),
  /** A tag is there where its entry is true. */
  tags: mapOf(bool),
  /** Nobody but the owner writes the text. */
  locked: one(bool, { role: "owner" }),
  preview: one(choice(PREVIEW_LEVELS), { role: "owner" }),
};

export const noteRegisters = defineRegisters({ bucket: META_BUCKET, version: 1, fields });

export type NoteRegisters = RegistersOf<typeof fields>;
export type NoteRegisterWrites = WritesOf<typeof fields>;
