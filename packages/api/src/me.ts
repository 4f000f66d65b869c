// GET, PATCH and DELETE /api/me: the caller's own user.
import * as v from "valibot";
import { givenPasswordField, ownUserSchema, passwordField } from "./accounts.ts";
import { colorField, nameField, timeField } from "./fields.ts";

export const meSchema = v.object({ user: ownUserSchema, createdAt: timeField });

/** Only what is named changes. A new password ends all other sessions. */
export const changeMeRequestSchema = v.pipe(
  v.strictObject({
    name: v.optional(nameField),
    color: v.optional(colorField),
    password: v.optional(v.strictObject({ current: givenPasswordField, next: passwordField })),
  }),
  v.check((changes) => Object.keys(changes).length > 0, "nothing to change"),
);

/** Accounts give their password, guests nothing. */
export const deleteMeRequestSchema = v.strictObject({ password: v.optional(givenPasswordField) });

export type Me = v.InferOutput<typeof meSchema>;
export type ChangeMeRequest = v.InferInput<typeof changeMeRequestSchema>;
export type DeleteMeRequest = v.InferInput<typeof deleteMeRequestSchema>;
