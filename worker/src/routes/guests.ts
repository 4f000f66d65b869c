// Guests: anybody may become one. A device that is registered gets its guest again, if it proves that it holds its key. A device
// of an account proves nothing but that: its user signs in.
import { guestRequestSchema, type GuestResponse, type User } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { Hono } from "hono";
import { issueAccessToken } from "../auth/access-token.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { certifyDevice } from "../identity/certificates.ts";
import { deviceNameOf } from "../identity/device-name.ts";
import { requireProof } from "../identity/device-proof.ts";
import { findDevice, keepDevice, type NewDevice } from "../identity/devices.ts";
import { guestSession } from "../identity/sessions.ts";
import { insertGuest, newUser, profileStatement } from "../identity/users.ts";

export const guests = new Hono<AppEnv>().post("/api/guests", async (c) => {
  const request = await readJson(c, guestRequestSchema);
  const key = fromBase64Url(request.device);
  const nowMs = Date.now();
  if (!ed25519.keyOk(key)) throw new ApiProblem("invalid", "device");
  const db = c.env.PLATFORM;
  const known = await findDevice(db, key);
  if (known === null) {
    const user = newUser(request, nowMs);
    const device = await deviceFor(c, user, key, nowMs);
    const isNew = await insertGuest(db, user, device, nowMs);
    if (!isNew) throw new ApiProblem("proof_required"); // another request of this device was faster
    return c.json(await answer(c, user, device, nowMs), 201);
  }
  await requireProof(key, request.proof, nowMs);
  if (known.isRevoked) throw new ApiProblem("device_revoked");
  if (known.isDeleted) throw new ApiProblem("account_deleted");
  if (!known.isGuest) throw new ApiProblem("guest_only");
  const device = await deviceFor(c, known.user, key, nowMs);
  const user = { ...known.user, name: request.name ?? known.user.name, color: request.color ?? known.user.color };
  await profileStatement(db, user.id, user).run();
  await keepDevice(db, user.id, device, nowMs);
  return c.json(await answer(c, user, device, nowMs), 200);
});

async function deviceFor(c: AppContext, user: User, device: Uint8Array, nowMs: number): Promise<NewDevice> {
  const certificate = await certifyDevice(configOf(c.env).platform, device, user.id, nowMs);
  return { device, certificate, name: deviceNameOf(c.req.header("User-Agent") ?? "") };
}

async function answer(c: AppContext, user: User, device: NewDevice, nowMs: number): Promise<GuestResponse> {
  const userAgent = c.req.header("User-Agent") ?? "";
  const sessionId = await guestSession(c.env.PLATFORM, user.id, device.device, userAgent, nowMs);
  const { token, expiresAtMs } = await issueAccessToken(configOf(c.env).tokens, { userId: user.id, sessionId }, nowMs);
  return {
    user,
    certificate: toBase64Url(device.certificate),
    accessToken: token,
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}
