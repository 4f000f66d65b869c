// Devices of the signed-in user. POST /api/devices: one more, if it proves that it holds its key. /api/me/devices: all of them.
import * as v from "valibot";
import { certificateField, keyField, timeField } from "./fields.ts";
import { proofField } from "./guests.ts";

export const deviceRequestSchema = v.strictObject({ device: keyField, proof: proofField });

export const deviceResponseSchema = v.object({ certificate: certificateField });

export const deviceSchema = v.object({
  device: keyField,
  /** By what it called itself when it came: "Firefox on Linux". */
  name: v.string(),
  createdAt: timeField,
  /** When it last had all that is new; null: never. */
  lastSyncedAt: v.nullable(timeField),
  /** Of the caller's own session. */
  isCurrent: v.boolean(),
});

/** GET /api/me/devices: those that were not revoked, the newest first; at most 100. */
export const deviceListSchema = v.object({ items: v.array(deviceSchema), nextCursor: v.nullable(v.string()) });

export type DeviceRequest = v.InferInput<typeof deviceRequestSchema>;
export type DeviceResponse = v.InferOutput<typeof deviceResponseSchema>;
export type Device = v.InferOutput<typeof deviceSchema>;
export type DeviceList = v.InferOutput<typeof deviceListSchema>;
