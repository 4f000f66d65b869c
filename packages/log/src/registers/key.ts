// The name of a register: `color`, or `tags/groceries` for an entry of a map. The form is the same in all versions.
import { encodeUtf8 } from "@reed/bytes";

export interface RegisterKey {
  readonly name: string;
  /** What follows the first slash; null in a key without one. */
  readonly entry: string | null;
}

/** UTF-8. A note id and a tag of 100 letters fit. */
const MAX_KEY_BYTES = 128;

const NAME = /^[a-z][A-Za-z0-9-]{0,31}$/;
const FREE_PREFIX = "x-";

/** The parts of `key`; null where it is no register key. */
export function parseKey(key: string): RegisterKey | null {
  if (key.length > MAX_KEY_BYTES || !key.isWellFormed() || encodeUtf8(key).length > MAX_KEY_BYTES) return null;
  const slash = key.indexOf("/");
  const name = slash === -1 ? key : key.slice(0, slash);
  if (!NAME.test(name)) return null;
  if (slash === -1) return { name, entry: null };
  const entry = key.slice(slash + 1);
  return entry !== "" && isPrintable(entry) ? { name, entry } : null;
}

export function isRegisterName(name: string): boolean {
  return NAME.test(name);
}

export function keyOf(name: string, entry: string | null): string {
  return entry === null ? name : `${name}/${entry}`;
}

/** Names that no register set will ever declare: other programs may keep things under them. */
export function isFree(name: string): boolean {
  return name.startsWith(FREE_PREFIX);
}

function isPrintable(text: string): boolean {
  return [...text].every((character) => character >= " " && character !== "\u{7f}");
}
