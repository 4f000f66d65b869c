// Every operation of the table, asked by everybody there is: each is answered as the table says of whom the call is for, and
// whoever is refused changes nothing.
import { type Operation, OPERATIONS, problemsOf } from "@reed/api/operations";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as v from "valibot";
import { stubDiscord } from "../discord/discord.test-support.ts";
import { api, newGuest, problemIn, startWorld } from "../world.test-support.ts";
import {
  addressOf,
  ask,
  endPeople,
  type Ids,
  newPeople,
  openRequest,
  outcomeOf,
  type People,
  shareNote,
  type SharedNote,
  type Who,
  WHO,
} from "./matrix.test-support.ts";

type Bodies = (note: SharedNote, people: People) => unknown;

/** What each call that takes a body is sent. A new one without a row fails. */
const BODIES: Readonly<Record<string, Bodies>> = {
  becomeGuest: () => ({ device: "A".repeat(43) }),
  addDevice: () => ({}),
  createAccount: () => ({ username: "x" }),
  signIn: () => ({ username: "nobody-here", password: "wrong-password" }),
  refreshSession: () => ({}),
  openDiscordSession: () => ({ code: "of-nobody", instanceId: "i-1-pc-2" }),
  changeMe: () => ({ name: "New" }),
  deleteMe: () => ({}),
  createNote: () => ({ text: "Mine" }),
  foundNote: () => "no genesis",
  changeSettings: () => ({ tags: { add: ["a"] } }),
  putText: () => "# New",
  appendText: () => "more",
  putMember: () => ({ role: "viewer" }),
  putChannel: () => ({ role: "viewer" }),
  beHere: () => ({ noteId: null }),
  askAccess: () => ({ message: "Please" }),
  answerAccessRequest: () => ({ role: null }),
  block: (_, { stranger }) => ({ userId: stranger.userId }),
  createLink: () => ({ role: "viewer" }),
  changeLink: () => ({ name: "For Ben" }),
  keepVersion: () => ({ name: "First" }),
  nameVersion: () => ({ name: null }),
  scrub: ({ id }) => ({ confirm: id }),
  setCompliance: () => ({ on: false }),
  askTicket: (_, { owner }) => ({ device: owner.device }),
  askPrivateLogTicket: (_, { owner }) => ({ device: owner.device }),
  askFeedTicket: (_, { owner }) => ({ device: owner.device }),
  reportNote: () => ({ reason: "spam" }),
};
const PLAIN: ReadonlySet<string> = new Set(["putText", "appendText"]);

const versionSchema = v.object({ id: v.number() });

/** What must be there before, where there is more to it than the note. */
const PREPARED: Readonly<Record<string, (note: SharedNote, people: People) => Promise<Ids>>> = {
  answerAccessRequest: async (note, people) => ({ requestId: await openRequest(note, people) }),
  putMember: (_, { viewer }) => Promise.resolve({ userId: viewer.userId }),
  removeMember: async ({ id }, { owner }) => {
    const { userId } = await newGuest("Fifth");
    await ask(`/api/notes/${id}/members/${userId}`, "PUT", owner, { role: "viewer" });
    return { userId };
  },
  unblock: async ({ id }, { owner, stranger }) => {
    await ask(`/api/notes/${id}/blocks`, "POST", owner, { userId: stranger.userId });
    return { blockId: stranger.userId };
  },
  ...Object.fromEntries(["getVersion", "nameVersion", "diffVersion", "restoreVersion"].map((id) => [id, keptVersion])),
  restoreTrashedNote: async ({ id }, { owner }) => {
    await ask(`/api/notes/${id}`, "DELETE", owner);
    return {};
  },
  purgeNote: async ({ id }, { owner }) => {
    await ask(`/api/notes/${id}`, "DELETE", owner);
    return {};
  },
};
/** Whoever may do this may call no longer. */
const ENDS: ReadonlySet<string> = new Set(["deleteMe", "endOtherSessions"]);
/** In the trash a note is for owners alone: to everybody else it is not there. */
const TRASHED: ReadonlySet<string> = new Set(["restoreTrashedNote", "purgeNote"]);

const IDEMPOTENT: ReadonlySet<string> = new Set(["removeMember", "unblock"]);

let people: People;
let shared: SharedNote;
let untouched: string;

beforeAll(async () => {
  stubDiscord();
  await startWorld();
  people = await newPeople();
  shared = await shareNote(people, { isWithLost: true });
  await endPeople(people);
  untouched = await lookAt(shared);
});

afterAll(() => void vi.unstubAllGlobals());

async function keptVersion({ id }: SharedNote, { owner }: People): Promise<Ids> {
  const kept = await ask(`/api/notes/${id}/history`, "POST", owner, { name: "Kept" });
  return { version: String(v.parse(versionSchema, await kept.json()).id) };
}

function call(operation: Operation, note: SharedNote, ids: Ids, badge: string | null): Promise<Response> {
  const body = BODIES[operation.id]?.(note, people);
  const isJson = typeof body !== "string";
  const headers = {
    ...(badge === null ? {} : { Authorization: badge }),
    ...(body === undefined ? {} : { "Content-Type": isJson ? "application/json" : typeOf(operation.id) }),
  };
  return api(addressOf(operation, ids), {
    method: operation.method,
    headers,
    body: body === undefined ? null : isJson ? JSON.stringify(body) : body,
  });
}

function typeOf(id: string): string {
  return PLAIN.has(id) ? "text/markdown" : "application/octet-stream";
}

/** Everything that a refused call must leave as it is. */
async function lookAt({ id }: SharedNote): Promise<string> {
  const parts = ["state", "members", "links", "settings", "blocks", "text"].map(async (part) =>
    (await ask(`/api/notes/${id}/${part}`, "GET", people.owner)).text(),
  );
  return (await Promise.all(parts)).join("\n");
}

function expected(operation: Operation, who: Who): string {
  const outcome = outcomeOf(operation, who);
  if (!TRASHED.has(operation.id) || outcome !== "403 forbidden") return outcome;
  return "404 not_found";
}

/** null: as it must be. */
async function differs(operation: Operation, who: Who, answer: Response): Promise<string | null> {
  const outcome = expected(operation, who);
  if (outcome !== "allowed") {
    const got = answer.status < 400 ? String(answer.status) : await problemIn(answer);
    return got === outcome ? null : `${who}: ${got}, not ${outcome}`;
  }
  if (operation.answers[answer.status] !== undefined) return null;
  const got = await problemIn(answer);
  const [, code] = got.split(" ");
  const isOfCaller = ["unauthenticated", "forbidden", "not_found", "session_ended", "account_deleted"].includes(
    code ?? "",
  );
  const isNamed = problemsOf(operation).some((named) => named === code);
  if (isNamed && (!isOfCaller || operation.access.type !== "note")) return null;
  return `${who}: ${got}, but may`;
}

const ofNotes = OPERATIONS.filter(({ access }) => access.type === "note");
const others = OPERATIONS.filter(({ access }) => access.type !== "note");

describe("the matrix", () => {
  it("knows what to send to every call that takes a body", () => {
    const lacking = OPERATIONS.filter(
      ({ id, body, access }) => body !== undefined && access.type !== "admin" && BODIES[id] === undefined,
    );
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  it.each(ofNotes.map((operation) => [operation.id, operation] as const))(
    "[H44] %s is for whom the table says, and nobody else changes anything",
    async (id, operation) => {
      const isRead = operation.method === "GET" && PREPARED[id] === undefined;
      const note = isRead ? shared : await shareNote(people, { isWithLost: false });
      const ids = { ...note.ids, ...(await PREPARED[id]?.(note, people)) };
      const before = isRead ? null : await lookAt(note);
      const wrong: (string | null)[] = [];
      const refused = WHO.filter((who) => expected(operation, who) !== "allowed");
      for (const who of refused)
        wrong.push(await differs(operation, who, await call(operation, note, ids, note.badges[who])));
      if (before !== null) expect(await lookAt(note)).toBe(before);
      for (const who of WHO.filter((each) => !refused.includes(each)))
        wrong.push(await differs(operation, who, await call(operation, note, ids, note.badges[who])));
      expect(wrong.filter((each) => each !== null)).toEqual([]);
    },
  );

  it("[H44] is read by nobody in a way that changes what is read", async () => {
    expect(await lookAt(shared)).toBe(untouched);
  });

  it.each(others.map((operation) => [operation.id, operation] as const))(
    "[H44] %s is for whom the table says",
    async (_, operation) => {
      const wrong: (string | null)[] = [];
      for (const who of WHO) {
        const isLast = ENDS.has(operation.id) && expected(operation, who) === "allowed";
        const badge = isLast ? `Bearer ${(await newGuest("Somebody")).token}` : shared.badges[who];
        if (operation.access.type === "session" && badge !== null) continue;
        const isBearerOfNothing =
          operation.access.type === "public" && (who === "ended session" || who === "deleted account");
        if (isBearerOfNothing) continue;
        wrong.push(await differs(operation, who, await call(operation, shared, shared.ids, badge)));
      }
      expect(wrong.filter((each) => each !== null)).toEqual([]);
    },
  );
});

describe("an id of elsewhere", () => {
  let other: SharedNote;
  let stranger: People["owner"];

  beforeAll(async () => {
    stranger = await newGuest("Other owner");
    other = await shareNote({ ...(await newPeople()), owner: stranger }, { isWithLost: false });
  });

  it.each(["changeLink", "revokeLink", "removeMember", "unblock", "answerAccessRequest", "nameVersion"])(
    "[H45] opens nothing in a note of one's own: %s",
    async (id) => {
      const operation = OPERATIONS.find((each) => each.id === id);
      if (operation === undefined) throw new Error(`no operation ${id}`);
      const before = await ofOther(other, stranger);
      const ids = { ...other.ids, noteId: shared.id, blockId: stranger.userId, version: "900" };
      const answer = await call(operation, shared, ids, shared.badges.owner);
      // To take away what is not there is to have it gone.
      if (!IDEMPOTENT.has(id)) expect(await problemIn(answer)).toBe("404 not_found");
      const turned = await call(operation, shared, { ...shared.ids, noteId: other.id }, shared.badges.owner);
      expect(await problemIn(turned)).toBe("404 not_found");
      expect(await ofOther(other, stranger)).toBe(before);
    },
  );

  it("[H45] beside the one in the path is not minded", async () => {
    const before = await ofOther(other, stranger);
    const own = await shareNote(people, { isWithLost: false });
    for (const operation of ofNotes) {
      const path = addressOf(operation, own.ids);
      const query = `${path.includes("?") ? "&" : "?"}noteId=${other.id}&id=${other.id}`;
      const body = JSON.stringify({ ...Object(BODIES[operation.id]?.(own, people)), noteId: other.id, id: other.id });
      const answer = await api(path + query, {
        method: operation.method,
        headers: { Authorization: own.badges.owner ?? "", "Content-Type": "application/json", "Reed-Note": other.id },
        body: operation.method === "GET" ? null : body,
      });
      expect(await answer.text(), operation.id).not.toContain(other.id);
    }
    expect(await ofOther(other, stranger)).toBe(before);
  });

  it("[H45] of another's session or device ends nothing", async () => {
    const victim = await newGuest("Victim");
    const list = v.object({ items: v.array(v.object({ id: v.string() })) });
    const sessions = v.parse(list, await (await ask("/api/me/sessions", "GET", victim)).json()).items;
    for (const path of [`/api/me/sessions/${sessions[0]?.id ?? ""}`, `/api/me/devices/${victim.device}`])
      expect(await problemIn(await ask(path, "DELETE", people.stranger))).toBe("404 not_found");
    expect((await ask("/api/me", "GET", victim)).status).toBe(200);
  });
});

async function ofOther({ id }: SharedNote, owner: People["owner"]): Promise<string> {
  const parts = ["state", "members", "links", "blocks"].map(async (part) =>
    (await ask(`/api/notes/${id}/${part}`, "GET", owner)).text(),
  );
  return (await Promise.all(parts)).join("\n");
}
