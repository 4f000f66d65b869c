// What a user keeps about notes and sets for all devices: read and written by nobody else.
import { parseNoteId } from "../ids.ts";
import { defineRegisters, type RegistersOf, type WritesOf } from "./define.ts";
import { mapOf, one } from "./field.ts";
import { META_BUCKET } from "./note-registers.ts";
import { bool, choice, text, time } from "./types.ts";

/** Several entries for each of some thousand notes. */
const MAX_KEYS = 8192;

const isNote = (entry: string): boolean => parseNoteId(entry) !== null;

/** `<note id>/<tag>` */
function isNoteAndTag(entry: string): boolean {
  const slash = entry.indexOf("/");
  return slash !== -1 && slash < entry.length - 1 && isNote(entry.slice(0, slash));
}

const fields = {
  pins: mapOf(bool, { isEntry: isNote }),
  /** The user's own tags, which others don't see. */
  tags: mapOf(bool, { isEntry: isNoteAndTag }),
  /** Up to when the user has seen what others wrote. */
  read: mapOf(time, { isEntry: isNote }),
  opened: mapOf(time, { isEntry: isNote }),
  /** What the user is called in notes. */
  name: one(text(64)),
  theme: one(choice(["system", "light", "dark"])),
  textSize: one(choice(["small", "normal", "large"])),
  /** The order of the list of notes. */
  sort: one(choice(["updated", "created", "title", "creator"])),
};

export const privateRegisters = defineRegisters({
  bucket: META_BUCKET,
  version: 1,
  role: "owner",
  maxKeys: MAX_KEYS,
  fields,
});

export type PrivateRegisterWrites = WritesOf<typeof fields>;
export type PrivateRegisters = RegistersOf<typeof fields>;
