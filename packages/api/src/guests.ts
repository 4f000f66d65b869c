// POST /api/guests: a user without credentials, known by a device key.
import * as v from "valibot";
import { certificateField, colorField, keyField, nameField, signatureField, timeField, userIdField } from "./fields.ts";

export const userSchema = v.object({ id: userIdField, name: v.string(), color: colorField });

/** A device's signature over guestMessage(device, at). `at`: ms since the epoch. */
export const proofField = v.strictObject({
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  signature: signatureField,
});

export const guestRequestSchema = v.strictObject({
  device: keyField,
  name: v.optional(nameField),
  color: v.optional(colorField),
  /** Of a device that is registered already. */
  proof: v.optional(proofField),
});

export const guestResponseSchema = v.object({
  user: userSchema,
  certificate: certificateField,
  accessToken: v.string(),
  expiresAt: timeField,
});

export type User = v.InferOutput<typeof userSchema>;
export type DeviceProof = v.InferOutput<typeof proofField>;
export type GuestRequest = v.InferInput<typeof guestRequestSchema>;
export type GuestResponse = v.InferOutput<typeof guestResponseSchema>;
