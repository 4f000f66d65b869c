import { deviceListSchema, deviceRequestSchema, deviceResponseSchema } from "../devices.ts";
import { guestRequestSchema, guestResponseSchema } from "../guests.ts";
import { json, NOTHING, type Operation } from "./operation.ts";

export const guestOperations: readonly Operation[] = [
  {
    id: "becomeGuest",
    method: "POST",
    path: "/api/guests",
    summary: "Become a guest with a device, or come back as the one whose device it is",
    access: { type: "public" },
    body: json(guestRequestSchema),
    answers: { 200: json(guestResponseSchema), 201: json(guestResponseSchema) },
    problems: ["proof_required", "proof_invalid", "quota_reached", "guest_only", "device_revoked", "account_deleted"],
  },
  {
    id: "addDevice",
    method: "POST",
    path: "/api/devices",
    summary: "Add a device to the signed-in user",
    access: { type: "user" },
    body: json(deviceRequestSchema),
    answers: { 200: json(deviceResponseSchema), 201: json(deviceResponseSchema) },
    problems: ["proof_invalid", "device_taken", "device_revoked"],
  },
  {
    id: "listDevices",
    method: "GET",
    path: "/api/me/devices",
    summary: "The caller's devices, and when each last had all that is new",
    access: { type: "user" },
    answers: { 200: json(deviceListSchema) },
    problems: [],
  },
  {
    id: "revokeDevice",
    method: "DELETE",
    path: "/api/me/devices/:device",
    summary: "Take a device from the caller's user for good",
    access: { type: "user" },
    answers: { 204: NOTHING },
    problems: [],
  },
];
