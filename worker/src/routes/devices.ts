// The devices of one user. Each holds a key of its own, and proves it before it is certified. A revoked one never is again.
import { type DeviceList, type DeviceResponse, deviceRequestSchema } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { Hono } from "hono";
import { requireCaller } from "../auth/credentials.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { certifyDevice } from "../identity/certificates.ts";
import { deviceNameOf } from "../identity/device-name.ts";
import { requireProof } from "../identity/device-proof.ts";
import { deviceOfSession, keepDevice, listDevices } from "../identity/devices.ts";
import { revokeDevice } from "../identity/ending.ts";
import { bindDevice } from "../identity/sessions.ts";
import { libraryObject } from "./private-log.ts";

const KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const NO_STORE = { "Cache-Control": "no-store" };

export const devices = new Hono<AppEnv>()
  .post("/api/devices", async (c) => {
    const { userId, sessionId } = await requireCaller(c);
    const request = await readJson(c, deviceRequestSchema);
    const device = fromBase64Url(request.device);
    if (!ed25519.keyOk(device)) throw new ApiProblem("invalid", "device");
    const nowMs = Date.now();
    await requireProof(device, request.proof, nowMs);
    const certificate = await certifyDevice(configOf(c.env).platform, device, userId, nowMs);
    const name = deviceNameOf(c.req.header("User-Agent") ?? "");
    const kept = await keepDevice(c.env.PLATFORM, userId, { device, certificate, name }, nowMs);
    if (kept === "taken") throw new ApiProblem("device_taken");
    if (kept === "revoked") throw new ApiProblem("device_revoked");
    await bindDevice(c.env.PLATFORM, sessionId, device);
    const answer: DeviceResponse = { certificate: toBase64Url(certificate) };
    return c.json(answer, kept === "added" ? 201 : 200, NO_STORE);
  })
  .get("/api/me/devices", async (c) => {
    const { userId, sessionId } = await requireCaller(c);
    const [found, current, synced] = await Promise.all([
      listDevices(c.env.PLATFORM, userId),
      deviceOfSession(c.env.PLATFORM, sessionId),
      libraryObject(c.env, userId).devices(),
    ]);
    const here = current === null ? null : toBase64Url(current);
    const syncedMs = new Map(synced.map(({ device, lastSyncedMs }) => [toBase64Url(device), lastSyncedMs]));
    const items = found.map(({ device: key, name, createdMs }) => {
      const device = toBase64Url(key);
      const lastSyncedMs = syncedMs.get(device);
      const lastSyncedAt = lastSyncedMs === undefined ? null : timeOf(lastSyncedMs);
      return { device, name, createdAt: timeOf(createdMs), lastSyncedAt, isCurrent: device === here };
    });
    return c.json({ items, nextCursor: null } satisfies DeviceList, 200, NO_STORE);
  })
  .delete("/api/me/devices/:device", async (c) => {
    const { userId } = await requireCaller(c);
    if (!(await revokeDevice(c.env, userId, deviceOfPath(c)))) throw new ApiProblem("not_found");
    return c.body(null, 204);
  });

function deviceOfPath(c: AppContext): Uint8Array {
  const text = c.req.param("device") ?? "";
  if (!KEY.test(text)) throw new ApiProblem("not_found");
  return fromBase64Url(text);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
