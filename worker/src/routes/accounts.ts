// Signing up. A guest who calls becomes the account, as the same user: notes, edits and what is open stay. So does somebody from
// Discord, who is in their channel as before.
import { createAccountRequestSchema, type OwnUser } from "@reed/api";
import { Hono } from "hono";
import type { MadeToken } from "../auth/refresh-token.ts";
import type { Caller } from "../auth/caller.ts";
import { callerOf } from "../auth/credentials.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { accountStatements, findAccount, isUsernameTaken } from "../identity/accounts.ts";
import { hashPassword, type PasswordHash } from "../identity/passwords.ts";
import { newSessionId, promoteStatements, sessionStatements } from "../identity/sessions.ts";
import { DEFAULT_NAME, findUser, newUser, type Profile, userStatement } from "../identity/users.ts";
import { answerSignedIn, newRefreshToken, requireTransport } from "./signed-in.ts";

interface Planned {
  readonly user: OwnUser;
  readonly sessionId: string;
  readonly statements: readonly D1PreparedStatement[];
}

interface Chosen {
  readonly username: string;
  readonly profile: Profile;
  readonly password: PasswordHash;
  readonly refresh: MadeToken;
}

export const accounts = new Hono<AppEnv>().post("/api/accounts", async (c) => {
  const { username, password: given, ...request } = await readJson(c, createAccountRequestSchema);
  const caller = await callerOf(c);
  const claimant = caller?.isAccount === false ? caller : null;
  const transport = requireTransport(c, request.transport, caller?.space ?? null);
  const { passwords } = configOf(c.env);
  const db = c.env.PLATFORM;
  if (await isUsernameTaken(db, passwords.pepper, username)) throw new ApiProblem("username_taken");
  const refresh = newRefreshToken();
  const chosen = { username, profile: request, password: await hashPassword(passwords, given), refresh };
  const planned = claimant !== null ? await planClaim(c, claimant, chosen) : planNew(c, chosen);
  const { user, sessionId, statements } = planned;
  try {
    await db.batch([...statements]);
  } catch (error) {
    if (await isUsernameTaken(db, passwords.pepper, username)) throw new ApiProblem("username_taken");
    // The same user has signed in elsewhere at the same moment.
    if (claimant !== null && (await findUser(db, user.id)) === null) throw new ApiProblem("session_ended");
    // Two sign-ups of one user at once.
    if ((await findAccount(db, user.id)) !== null) throw new ApiProblem("conflict");
    throw error;
  }
  return answerSignedIn(c, user, { sessionId, refresh, transport }, 201);
});

function planNew(c: AppContext, { username, profile, password, refresh }: Chosen): Planned {
  const nowMs = Date.now();
  const db = c.env.PLATFORM;
  const user = newUser({ name: profile.name ?? username, color: profile.color }, nowMs);
  const userAgent = c.req.header("User-Agent") ?? "";
  const session = { id: newSessionId(nowMs), userId: user.id, device: null, userAgent, refresh };
  const { pepper } = configOf(c.env).passwords;
  return {
    user: { ...user, username },
    sessionId: session.id,
    statements: [
      userStatement(db, user, nowMs),
      ...accountStatements(db, pepper, user, username, password, nowMs),
      ...sessionStatements(db, session, nowMs),
    ],
  };
}

async function planClaim(c: AppContext, caller: Caller, chosen: Chosen): Promise<Planned> {
  const { username, profile, password, refresh } = chosen;
  const nowMs = Date.now();
  const db = c.env.PLATFORM;
  const known = await findUser(db, caller.userId);
  if (known === null) throw new ApiProblem("account_deleted");
  const { id, name, color } = known.user;
  const ownName = name === DEFAULT_NAME ? username : name;
  const user = { id, name: profile.name ?? ownName, color: profile.color ?? color };
  const { pepper } = configOf(c.env).passwords;
  return {
    user: { ...user, username },
    sessionId: caller.sessionId,
    statements: [
      ...accountStatements(db, pepper, user, username, password, nowMs),
      ...promoteStatements(db, caller, refresh, nowMs),
    ],
  };
}
