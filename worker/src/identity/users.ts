// Users, in D1, whether guests or accounts.
import type { OwnUser, User } from "@reed/api";
import * as v from "valibot";
import { deviceStatement, findDevice, type NewDevice } from "./devices.ts";
import { uuidV7 } from "./uuid.ts";

/** What somebody who said no name is called. */
export const DEFAULT_NAME = "Guest";
/** Readable on paper and apart from each other; the first byte of a user's random part chooses. */
const COLORS = ["#2c6e5a", "#4453b8", "#b5485f", "#a25b12", "#1f6f9c", "#7a4bb0", "#5d7026", "#9a3f8f"] as const;

export interface Profile {
  readonly name?: string | undefined;
  readonly color?: string | undefined;
}

const ownSchema = v.object({
  id: v.string(),
  name: v.string(),
  color: v.string(),
  username: v.nullable(v.string()),
  created: v.number(),
});

export function newUser(profile: Profile, nowMs: number): User {
  const random = crypto.getRandomValues(new Uint8Array(11));
  const color = COLORS[(random[10] ?? 0) % COLORS.length] ?? COLORS[0];
  return { id: uuidV7(nowMs, random), name: profile.name ?? DEFAULT_NAME, color: profile.color ?? color };
}

export function userStatement(db: D1Database, user: User, nowMs: number): D1PreparedStatement {
  return db
    .prepare("INSERT INTO users (id, name, color, created) VALUES (?, ?, ?, ?)")
    .bind(user.id, user.name, user.color, nowMs);
}

/** Keeps a new user with a first device. False where the device is somebody's already; then nothing is kept. */
export async function insertGuest(db: D1Database, user: User, device: NewDevice, nowMs: number): Promise<boolean> {
  try {
    await db.batch([userStatement(db, user, nowMs), deviceStatement(db, user.id, device, nowMs)]);
    return true;
  } catch (error) {
    if ((await findDevice(db, device.device)) !== null) return false;
    throw error;
  }
}

/** The user, with the time of the beginning; null for an id that nobody has, and for who was deleted. */
export async function findUser(
  db: D1Database,
  userId: string,
): Promise<{ readonly user: OwnUser; readonly createdMs: number } | null> {
  const row = await db
    .prepare("SELECT id, name, color, username, created FROM users WHERE id = ? AND deleted IS NULL")
    .bind(userId)
    .first();
  if (row === null) return null;
  const { created, ...user } = v.parse(ownSchema, row);
  return { user, createdMs: created };
}

/** Changes what `profile` names, and nothing else. */
export function profileStatement(db: D1Database, userId: string, { name, color }: Profile): D1PreparedStatement {
  return db
    .prepare("UPDATE users SET name = COALESCE(?, name), color = COALESCE(?, color) WHERE id = ?")
    .bind(name ?? null, color ?? null, userId);
}
