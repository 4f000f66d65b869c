// What a client must know of the server before anything else.
import * as v from "valibot";
import { keyField } from "./fields.ts";

export const healthSchema = v.object({ ok: v.literal(true), version: v.string() });
/** The key that certifies devices: a genesis made offline names it. */
export const platformSchema = v.object({ platformKey: keyField });

export type Health = v.InferOutput<typeof healthSchema>;
export type Platform = v.InferOutput<typeof platformSchema>;
