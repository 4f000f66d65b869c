// GET /api/users?username=…: one person to share with, by the whole of the username.
import * as v from "valibot";
import { usernameField } from "./accounts.ts";
import { userSchema } from "./guests.ts";

export const userQuerySchema = v.strictObject({ username: usernameField });

export const foundUserSchema = v.object({ ...userSchema.entries, username: v.string() });

export type FoundUser = v.InferOutput<typeof foundUserSchema>;
