// Guests: made on first need, with the session that their access tokens name.
import type { User } from "@reed/api";
import { newSessionId, sessionStatements } from "./sessions.ts";
import { userStatement } from "./users.ts";

/** Keeps a guest who has no device yet, with a session. The session's id. */
export async function insertGuestWithoutDevice(
  db: D1Database,
  user: User,
  userAgent: string,
  nowMs: number,
): Promise<string> {
  const session = { id: newSessionId(nowMs), userId: user.id, device: null, userAgent, refresh: null };
  await db.batch([userStatement(db, user, nowMs), ...sessionStatements(db, session, nowMs)]);
  return session.id;
}
