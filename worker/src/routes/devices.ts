// More devices of one user. Each holds a key of its own, and proves it before it is certified.
import { type DeviceResponse, deviceRequestSchema } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { Hono } from "hono";
import { requireCaller } from "../auth/credentials.ts";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { certifyDevice } from "../identity/certificates.ts";
import { requireProof } from "../identity/device-proof.ts";
import { findUser, keepDevice } from "../identity/users.ts";

export const devices = new Hono<AppEnv>().post("/api/devices", async (c) => {
  const { userId } = await requireCaller(c);
  const request = await readJson(c, deviceRequestSchema);
  const device = fromBase64Url(request.device);
  if (!ed25519.keyOk(device)) throw new ApiProblem("invalid", "device");
  const nowMs = Date.now();
  await requireProof(device, request.proof, nowMs);
  if ((await findUser(c.env.PLATFORM, userId)) === null) throw new ApiProblem("unauthenticated");
  const certificate = await certifyDevice(configOf(c.env).platform, device, userId, nowMs);
  const kept = await keepDevice(c.env.PLATFORM, userId, device, certificate, nowMs);
  if (kept === "taken") throw new ApiProblem("device_taken");
  const answer: DeviceResponse = { certificate: toBase64Url(certificate) };
  return c.json(answer, kept === "added" ? 201 : 200, { "Cache-Control": "no-store" });
});
