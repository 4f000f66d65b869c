// Forms that several calls share. Bytes travel as base64url without padding, times as RFC 3339 in UTC.
import { ROLES } from "@reed/access";
import * as v from "valibot";

const base64Url = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern, "not base64url of the right length"));

const BYTES_32 = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** 16 bytes: the address of a note. */
export const noteIdField = base64Url(/^[A-Za-z0-9_-]{21}[AQgw]$/);
/** 12 bytes. */
export const linkIdField = base64Url(/^[A-Za-z0-9_-]{16}$/);
/** 32 bytes: a raw Ed25519 public key. */
export const keyField = base64Url(BYTES_32);
/** 32 bytes: a SHA-256. */
export const hashField = base64Url(BYTES_32);
/** 64 bytes: an Ed25519 signature. */
export const signatureField = base64Url(/^[A-Za-z0-9_-]{85}[AQgw]$/);
/** A certificate of a device. */
export const certificateField = v.pipe(v.string(), v.minLength(88), v.maxLength(2048), v.regex(/^[A-Za-z0-9_-]+$/));
/** An op as it was signed. */
export const envelopeField = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/));
/** A position of a log, 0 before its first op, or a counter of a device. */
export const seqField = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The same in a query. */
export const seqParam = v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number), v.safeInteger());
export const userIdField = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
/** A user as others see them. */
export const namedField = v.object({ id: userIdField, name: v.string() });
export const colorField = v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/, "not #rrggbb"), v.toLowerCase());
export const roleField = v.picklist(ROLES);
export const linkRoleField = v.picklist(["viewer", "editor"]);
export const timeField = v.pipe(v.string(), v.isoTimestamp());

/** Control characters, and those that turn the direction of what follows: a name must not disturb the line that it stands in. */
const UNFIT = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const MAX_NAME_LENGTH = 40;

/** A few words in one line that people read: cleaned, trimmed, at most `max` code points; null where nothing is left. */
export const wordsField = (max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(4 * max),
    v.transform((words) => words.replace(/\s+/gu, " ").replace(UNFIT, "").trim()),
    v.check((words) => [...words].length <= max, "too many words"),
    v.transform((words) => (words === "" ? null : words)),
  );

/** A name that people read: cleaned, trimmed, 1 to 40 code points. */
export const nameField = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.transform((name) => name.replace(UNFIT, "").replace(/\s+/gu, " ").trim()),
  v.check((name) => name !== "" && [...name].length <= MAX_NAME_LENGTH, "a name has 1 to 40 characters"),
);
