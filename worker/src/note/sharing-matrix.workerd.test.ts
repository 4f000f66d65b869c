// Every call about sharing by everybody who could make it: what it answers, and that whoever is refused changes nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { api, type Guest, newGuest, newLink, newNote, startWorld } from "../world.test-support.ts";
import { ask, headOf, type Method, outcome, peopleOf, put, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

const NOWHERE = "AAAAAAAAAAAAAAAAAAAAAA";
const HIDDEN = "404 not_found";
const DENIED = "403 forbidden";

interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  /** viewer, editor, owner. */
  readonly ends: readonly [string, string, string];
}

interface Stage {
  readonly other: string;
  readonly linkId: string;
}

const OWNERS_ONLY = (end: string): Call["ends"] => [DENIED, DENIED, end];

/** In an order in which each still finds what it is about. */
const callsOf = ({ other, linkId }: Stage): readonly Call[] => [
  { method: "GET", path: "/members", ends: ["200", "200", "200"] },
  { method: "GET", path: "/links", ends: OWNERS_ONLY("200") },
  { method: "GET", path: "/blocks", ends: OWNERS_ONLY("200") },
  { method: "GET", path: "/access-requests", ends: OWNERS_ONLY("200") },
  { method: "POST", path: "/access-requests", body: {}, ends: ["202", "202", "202"] },
  { method: "PUT", path: `/members/${other}`, body: { role: "viewer" }, ends: OWNERS_ONLY("200") },
  { method: "DELETE", path: `/members/${other}`, ends: OWNERS_ONLY("200") },
  { method: "POST", path: "/links", body: { role: "viewer" }, ends: OWNERS_ONLY("201") },
  { method: "PATCH", path: `/links/${linkId}`, body: { name: "New" }, ends: OWNERS_ONLY("200") },
  { method: "DELETE", path: `/links/${linkId}`, ends: OWNERS_ONLY("200") },
  { method: "POST", path: "/blocks", body: { userId: other }, ends: OWNERS_ONLY("201") },
  { method: "DELETE", path: `/blocks/${other}`, ends: OWNERS_ONLY("204") },
  { method: "DELETE", path: "/permanently", ends: OWNERS_ONLY("409 not_trashed") },
  { method: "POST", path: "/restore", ends: OWNERS_ONLY("204") },
  { method: "DELETE", path: "", ends: OWNERS_ONLY("204") },
];

async function stage() {
  const [owner, editor, viewer, other, stranger] = await Promise.all(
    ["Ana", "Mo", "Sam", "Eva", "Kim"].map((name) => newGuest(name)),
  );
  if (!owner || !editor || !viewer || !other || !stranger) throw new Error("five people are needed");
  const { id } = await newNote(owner, "Tea");
  for (const [user, role] of [
    [editor, "editor"],
    [viewer, "viewer"],
    [other, "viewer"],
  ] as const)
    await share(owner, id, user, role);
  const link = await newLink(owner, id, { role: "editor" });
  return { id, owner, editor, viewer, other, stranger, link };
}

describe("calls about sharing", () => {
  it("[A1][A2] end for each role as the table says, and change nothing for whoever is refused", async () => {
    const { id, owner, editor, viewer, other, link } = await stage();
    const head = await headOf(id);
    const calls = callsOf({ other: other.userId, linkId: link.id });
    const endsOf = async (who: Guest) => {
      const ends: string[] = [];
      for (const { method, path, body } of calls) ends.push(await outcome(ask(who, method, id, path, body)));
      return ends;
    };
    expect(await endsOf(viewer)).toEqual(calls.map(({ ends }) => ends[0]));
    expect(await endsOf(editor)).toEqual(calls.map(({ ends }) => ends[1]));
    expect(await headOf(id)).toBe(head);
    expect(await peopleOf(owner, id)).toEqual(["Ana owner (you)", "Mo editor", "Sam viewer", "Eva viewer"]);
    expect(await endsOf(owner)).toEqual(calls.map(({ ends }) => ends[2]));
  });

  it("[A2] end for strangers as for a note that never was, for links and nobody as without a token", async () => {
    const { id, other, stranger, link } = await stage();
    const head = await headOf(id);
    for (const { method, path, body } of callsOf({ other: other.userId, linkId: link.id })) {
      const [here, nowhere] = [
        await outcome(ask(stranger, method, id, path, body)),
        await outcome(ask(stranger, method, NOWHERE, path, body)),
      ];
      expect([path, here, nowhere]).toEqual([
        path,
        ...(path === "/access-requests" && method === "POST" ? ["202", "202"] : [HIDDEN, HIDDEN]),
      ]);
      expect(await outcome(ask(null, method, id, path, body))).toBe("401 unauthenticated");
      const headers = {
        Authorization: `Reed-Link ${link.id}.${new URL(link.url).hash.slice(1)}`,
        "Content-Type": "application/json",
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      expect(await outcome(api(`/api/notes/${id}${path}`, init))).toBe("401 unauthenticated");
    }
    expect(await headOf(id)).toBe(head);
  });

  it("[A2] go by the id in the path, whatever other ids they carry", async () => {
    const [mine, theirs] = [await stage(), await stage()];
    const carrying = { role: "owner", noteId: mine.id, userId: mine.owner.userId };
    expect(await outcome(ask(mine.owner, "PUT", theirs.id, `/members/${mine.owner.userId}`, carrying))).toMatch(
      /^(400 invalid|404 not_found)$/,
    );
    expect(await outcome(put(mine.owner, theirs.id, mine.owner, "owner"))).toBe(HIDDEN);
    expect(await outcome(ask(mine.owner, "DELETE", theirs.id, `/members/${theirs.other.userId}`))).toBe(HIDDEN);
    expect(await outcome(ask(mine.owner, "DELETE", theirs.id, `?noteId=${mine.id}`))).toBe(HIDDEN);
    expect(await peopleOf(theirs.owner, theirs.id)).toHaveLength(4);
  });
});
