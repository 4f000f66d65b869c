// Devices of users, in D1: which key acts for whom. Owns every statement on that table. A revoked key keeps its row, so that it is
// never certified again for anybody.
import type { User } from "@reed/api";
import * as v from "valibot";
import { IS_GUEST } from "./guest-rule.ts";

export interface DeviceEntry {
  readonly device: Uint8Array;
  readonly name: string;
  readonly createdMs: number;
}

/** A device and the user whose it is. */
export interface KnownDevice {
  readonly user: User;
  readonly isRevoked: boolean;
  readonly isGuest: boolean;
  readonly isDeleted: boolean;
}

/** A device that its user brings, with its newest certificate and what it is called. */
export interface NewDevice {
  readonly device: Uint8Array;
  readonly certificate: Uint8Array;
  readonly name: string;
}

const MAX_LISTED = 100;

const knownSchema = v.object({
  id: v.string(),
  name: v.string(),
  color: v.string(),
  guest: v.number(),
  deleted: v.nullable(v.number()),
  revoked: v.nullable(v.number()),
});

export async function findDevice(db: D1Database, device: Uint8Array): Promise<KnownDevice | null> {
  const found = await db
    .prepare(
      `SELECT users.id, users.name, users.color, ${IS_GUEST} AS guest, users.deleted, devices.revoked
       FROM devices JOIN users ON users.id = devices.user_id WHERE devices.device = ?`,
    )
    .bind(device)
    .first();
  if (found === null) return null;
  const { id, name, color, guest, deleted, revoked } = v.parse(knownSchema, found);
  return {
    user: { id, name, color },
    isRevoked: revoked !== null,
    isGuest: guest === 1,
    isDeleted: deleted !== null,
  };
}

/** The user whose device this is, or null; a revoked device is nobody's. */
export async function findByDevice(db: D1Database, device: Uint8Array): Promise<User | null> {
  const known = await findDevice(db, device);
  return known === null || known.isRevoked || known.isDeleted ? null : known.user;
}

export async function isRevoked(db: D1Database, device: Uint8Array): Promise<boolean> {
  return (
    (await db.prepare("SELECT 1 FROM devices WHERE device = ? AND revoked IS NOT NULL").bind(device).first()) !== null
  );
}

export function deviceStatement(db: D1Database, userId: string, added: NewDevice, nowMs: number): D1PreparedStatement {
  const { device, certificate, name } = added;
  return db
    .prepare("INSERT INTO devices (device, user_id, certificate, created, name) VALUES (?, ?, ?, ?, ?)")
    .bind(device, userId, certificate, nowMs, name);
}

/** Keeps the device as one of the user's. added: it is new. taken: it is another user's. */
export async function keepDevice(
  db: D1Database,
  userId: string,
  added: NewDevice,
  nowMs: number,
): Promise<"added" | "known" | "revoked" | "taken"> {
  const { device, certificate, name } = added;
  const { meta } = await db
    .prepare("INSERT OR IGNORE INTO devices (device, user_id, certificate, created, name) VALUES (?, ?, ?, ?, ?)")
    .bind(device, userId, certificate, nowMs, name)
    .run();
  if (meta.changes > 0) return "added";
  const kept = await db
    .prepare("UPDATE devices SET certificate = ?, name = ? WHERE device = ? AND user_id = ? AND revoked IS NULL")
    .bind(certificate, name, device, userId)
    .run();
  if (kept.meta.changes > 0) return "known";
  const known = await findDevice(db, device);
  return known?.isRevoked === true ? "revoked" : "taken";
}

const entrySchema = v.object({
  device: v.pipe(
    v.array(v.number()),
    v.transform((bytes) => Uint8Array.from(bytes)),
  ),
  name: v.string(),
  created: v.number(),
});

/** Those that were not revoked, the newest first. */
export async function listDevices(db: D1Database, userId: string): Promise<readonly DeviceEntry[]> {
  const { results } = await db
    .prepare(
      "SELECT device, name, created FROM devices WHERE user_id = ? AND revoked IS NULL ORDER BY created DESC, device LIMIT ?",
    )
    .bind(userId, MAX_LISTED)
    .all();
  return results.map((found) => {
    const { device, name, created } = v.parse(entrySchema, found);
    return { device, name, createdMs: created };
  });
}

export async function deviceOfSession(db: D1Database, sessionId: string): Promise<Uint8Array | null> {
  const row = await db.prepare("SELECT device FROM sessions WHERE id = ?").bind(sessionId).first();
  return v.parse(v.object({ device: v.nullable(entrySchema.entries.device) }), row ?? { device: null }).device;
}

/** RETURNING the device where it was the user's and not revoked yet. */
export function revokeStatement(
  db: D1Database,
  userId: string,
  device: Uint8Array,
  nowMs: number,
): D1PreparedStatement {
  return db
    .prepare(
      "UPDATE devices SET revoked = ?, certificate = x'' WHERE device = ? AND user_id = ? AND revoked IS NULL RETURNING device",
    )
    .bind(nowMs, device, userId);
}
