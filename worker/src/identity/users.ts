// Users and their devices, in D1. Owns every statement on those two tables.
import type { User } from "@reed/api";
import * as v from "valibot";
import { uuidV7 } from "./uuid.ts";

const rowSchema = v.object({ id: v.string(), name: v.string(), color: v.string() });

const DEFAULT_NAME = "Guest";
/** Readable on paper and apart from each other; the first byte of a user's random part chooses. */
const COLORS = ["#2c6e5a", "#4453b8", "#b5485f", "#a25b12", "#1f6f9c", "#7a4bb0", "#5d7026", "#9a3f8f"] as const;

export interface Profile {
  readonly name?: string | undefined;
  readonly color?: string | undefined;
}

export function newUser(profile: Profile, nowMs: number): User {
  const random = crypto.getRandomValues(new Uint8Array(11));
  const color = COLORS[(random[10] ?? 0) % COLORS.length] ?? COLORS[0];
  return { id: uuidV7(nowMs, random), name: profile.name ?? DEFAULT_NAME, color: profile.color ?? color };
}

/** The user whose device this is, or null. */
export async function findByDevice(db: D1Database, device: Uint8Array): Promise<User | null> {
  const row = await db
    .prepare(
      "SELECT users.id, users.name, users.color FROM devices JOIN users ON users.id = devices.user_id WHERE devices.device = ?",
    )
    .bind(device)
    .first();
  return row === null ? null : v.parse(rowSchema, row);
}

export async function insertUser(db: D1Database, user: User, nowMs: number): Promise<void> {
  await userStatement(db, user, nowMs).run();
}

/** Keeps a new user with a first device. False where the device is somebody's already; then nothing is kept. */
export async function insertGuest(
  db: D1Database,
  user: User,
  device: Uint8Array,
  certificate: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  try {
    await db.batch([
      userStatement(db, user, nowMs),
      db
        .prepare("INSERT INTO devices (device, user_id, certificate, created) VALUES (?, ?, ?, ?)")
        .bind(device, user.id, certificate, nowMs),
    ]);
    return true;
  } catch (error) {
    if ((await findByDevice(db, device)) !== null) return false;
    throw error;
  }
}

/** The user, or null for an id that nobody has. */
export async function findUser(db: D1Database, userId: string): Promise<User | null> {
  const row = await db.prepare("SELECT id, name, color FROM users WHERE id = ?").bind(userId).first();
  return row === null ? null : v.parse(rowSchema, row);
}

/** Keeps `device` as one of the user's, with its newest certificate. added: it is new. taken: it is another user's. */
export async function keepDevice(
  db: D1Database,
  userId: string,
  device: Uint8Array,
  certificate: Uint8Array,
  nowMs: number,
): Promise<"added" | "known" | "taken"> {
  const { meta } = await db
    .prepare("INSERT OR IGNORE INTO devices (device, user_id, certificate, created) VALUES (?, ?, ?, ?)")
    .bind(device, userId, certificate, nowMs)
    .run();
  if (meta.changes > 0) return "added";
  const kept = await db
    .prepare("UPDATE devices SET certificate = ? WHERE device = ? AND user_id = ?")
    .bind(certificate, device, userId)
    .run();
  return kept.meta.changes > 0 ? "known" : "taken";
}

/** Changes what `profile` names, and keeps the device's newest certificate. */
export async function updateGuest(
  db: D1Database,
  user: User,
  profile: Profile,
  device: Uint8Array,
  certificate: Uint8Array,
): Promise<User> {
  const changed = { ...user, name: profile.name ?? user.name, color: profile.color ?? user.color };
  await db.batch([
    db.prepare("UPDATE users SET name = ?, color = ? WHERE id = ?").bind(changed.name, changed.color, user.id),
    db.prepare("UPDATE devices SET certificate = ? WHERE device = ?").bind(certificate, device),
  ]);
  return changed;
}

function userStatement(db: D1Database, user: User, nowMs: number): D1PreparedStatement {
  return db
    .prepare("INSERT INTO users (id, name, color, created) VALUES (?, ?, ?, ?)")
    .bind(user.id, user.name, user.color, nowMs);
}
