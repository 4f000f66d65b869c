import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../env.ts";
import { problemIn, startWorld } from "../world.test-support.ts";
import { ask, newPerson, PASSWORD, type Person } from "./accounts.test-support.ts";
import { endSession } from "./ending.ts";
import { doErrand, doLateErrands, planErrand } from "./errands.ts";
import { purgeDue } from "./purge.ts";
import { listSessions } from "./sessions.ts";

beforeAll(startWorld);

const HOUR_MS = 3_600_000;

/** The platform with libraries that answer as they are told, and what they were asked. */
function withLibraries(answer: (call: string) => boolean) {
  const asked: string[] = [];
  const call =
    (name: string) =>
    async (...args: readonly unknown[]): Promise<boolean> => {
      const text = `${name} ${JSON.stringify(args)}`;
      asked.push(text);
      return answer(text);
    };
  const library = { cut: call("cut"), claimInto: call("claimInto"), purge: call("purge") };
  // Only what these calls touch is there.
  const world = { PLATFORM: env.PLATFORM, LIBRARY: { idFromName: (name: string) => name, get: () => library } };
  return { asked, env: world as unknown as Env };
}

const down = () => {
  throw new Error("the library does not answer");
};

async function sessionOf({ userId }: Person): Promise<string> {
  const [session] = await listSessions(env.PLATFORM, userId, Date.now());
  return session?.id ?? "";
}

const errandsLeft = () => env.PLATFORM.prepare("SELECT COUNT(*) AS count FROM errands").first("count");

describe("an errand", () => {
  it("[U24] is done with the change that it follows from, and then forgotten", async () => {
    const ana = await newPerson();
    const sessionId = await sessionOf(ana);
    const world = withLibraries(() => true);
    expect(await endSession(world.env, ana.userId, sessionId)).toBe(true);
    expect(world.asked).toEqual([`cut ${JSON.stringify([ana.userId, { sessionId }])}`]);
    expect(await errandsLeft()).toBe(0);
  });

  it("[U24] that a library did not hear is done later, and until then nothing of the change is taken back", async () => {
    const ana = await newPerson();
    const broken = withLibraries(down);
    expect(await endSession(broken.env, ana.userId, await sessionOf(ana))).toBe(true);
    expect(await listSessions(env.PLATFORM, ana.userId, Date.now())).toEqual([]);
    await doLateErrands(broken.env, Date.now());
    expect(broken.asked).toHaveLength(1);
    await doLateErrands(broken.env, Date.now() + HOUR_MS);
    expect(broken.asked).toHaveLength(2);
    const world = withLibraries(() => true);
    await doLateErrands(world.env, Date.now() + 2 * HOUR_MS);
    expect(world.asked).toEqual([`cut ${JSON.stringify([ana.userId, {}])}`]);
    await doLateErrands(world.env, Date.now() + 9 * HOUR_MS);
    expect(world.asked).toHaveLength(1);
  });

  it("[U18][U24] to take over a guest's notes is not lost", async () => {
    const planned = planErrand(env.PLATFORM, { type: "claim", from: "guest", to: "ana" }, Date.now());
    await planned.statement.run();
    await doErrand(withLibraries(down).env, planned);
    const world = withLibraries(() => true);
    await doLateErrands(world.env, Date.now() + HOUR_MS);
    expect(world.asked).toEqual([`claimInto ["guest","ana"]`]);
  });
});

describe("a purge", () => {
  it("[U22] that a library can't finish goes on at the next run, and nobody signs in meanwhile", async () => {
    const ana = await newPerson();
    await env.PLATFORM.prepare("UPDATE users SET deleted = 1, purge_at = 2 WHERE id = ?").bind(ana.userId).run();
    expect(await purgeDue(withLibraries(down).env, Date.now())).toEqual({ purged: 0, left: 1 });
    const body = { username: ana.username, password: PASSWORD, restore: true };
    expect(await problemIn(await ask("POST", "/api/session", body))).toBe("401 credentials_wrong");
    const slow = withLibraries(() => slow.asked.length > 3);
    expect(await purgeDue(slow.env, Date.now())).toEqual({ purged: 1, left: 0 });
    expect(slow.asked).toHaveLength(4);
    expect(await purgeDue(slow.env, Date.now())).toEqual({ purged: 0, left: 0 });
  });
});
