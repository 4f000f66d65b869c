// What stands in a path, by name: one name, one form, whatever the noun.
import * as v from "valibot";
import { avatarHashField, snowflakeField } from "../discord.ts";
import { keyField, linkIdField, noteIdField, userIdField } from "../fields.ts";
import type { Operation } from "./operation.ts";

const uuid = v.pipe(v.string(), v.uuid());

const FORMS: Readonly<Record<string, v.GenericSchema<string, string>>> = {
  noteId: noteIdField,
  linkId: linkIdField,
  userId: userIdField,
  device: keyField,
  version: v.pipe(v.string(), v.regex(/^\d{1,15}$/)),
  sessionId: uuid,
  requestId: uuid,
  reportId: uuid,
  blockId: userIdField,
  /** Of a picture's address: what it shows, signed. */
  file: v.pipe(v.string(), v.regex(/^[0-9a-z]+-[0-9A-Za-z_-]+\.png$/)),
  snowflake: snowflakeField,
  avatar: avatarHashField,
  rest: v.string(),
};

/** The names that `path` leaves open, in order; `*` is called `rest`. */
export function paramsOf({ path }: Pick<Operation, "path">): readonly string[] {
  return path.split("/").flatMap((part) => (part === "*" ? ["rest"] : part.startsWith(":") ? [part.slice(1)] : []));
}

/** Throws for a name that has no form yet. */
export function schemaOfParam(name: string): v.GenericSchema<string, string> {
  const form = FORMS[name];
  if (form === undefined) throw new Error(`the path parameter ${name} has no form`);
  return form;
}
