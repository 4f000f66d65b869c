// POST /api/devices: one more device of the signed-in user, if it proves that it holds its key.
import * as v from "valibot";
import { certificateField, keyField } from "./fields.ts";
import { proofField } from "./guests.ts";

export const deviceRequestSchema = v.object({ device: keyField, proof: proofField });

export const deviceResponseSchema = v.object({ certificate: certificateField });

export type DeviceRequest = v.InferInput<typeof deviceRequestSchema>;
export type DeviceResponse = v.InferOutput<typeof deviceResponseSchema>;
