// Guests: anybody may become one. A device that is registered gets its guest again, if it proves that it holds its key.
import { guestRequestSchema, type GuestResponse, type User } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { Hono } from "hono";
import { issueAccessToken } from "../auth/access-token.ts";
import { type Config, configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { certifyDevice } from "../identity/certificates.ts";
import { requireProof } from "../identity/device-proof.ts";
import { findByDevice, insertGuest, newUser, updateGuest } from "../identity/users.ts";

export const guests = new Hono<AppEnv>().post("/api/guests", async (c) => {
  const request = await readJson(c, guestRequestSchema);
  const config = configOf(c.env);
  const device = fromBase64Url(request.device);
  const nowMs = Date.now();
  if (!ed25519.keyOk(device)) throw new ApiProblem("invalid", "device");
  const known = await findByDevice(c.env.PLATFORM, device);
  if (known === null) {
    const user = newUser(request, nowMs);
    const certificate = await certifyDevice(config.platform, device, user.id, nowMs);
    const isNew = await insertGuest(c.env.PLATFORM, user, device, certificate, nowMs);
    if (!isNew) throw new ApiProblem("proof_required"); // another request of this device was faster
    return c.json(await answer(config, user, certificate, nowMs), 201);
  }
  await requireProof(device, request.proof, nowMs);
  const certificate = await certifyDevice(config.platform, device, known.id, nowMs);
  const user = await updateGuest(c.env.PLATFORM, known, request, device, certificate);
  return c.json(await answer(config, user, certificate, nowMs), 200);
});

async function answer(config: Config, user: User, certificate: Uint8Array, nowMs: number): Promise<GuestResponse> {
  const { token, expiresAtMs } = await issueAccessToken(config.tokens, user.id, nowMs);
  return {
    user,
    certificate: toBase64Url(certificate),
    accessToken: token,
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}
