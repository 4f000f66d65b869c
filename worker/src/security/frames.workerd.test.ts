// Every frame that a client can say, said by everybody who has a socket, and by who has none yet or no longer: nobody moves the
// log whose role does not write, and nobody is heard by others whose role is not shown.
import { can, type Role } from "@reed/access";
import { encodeDataBody, encodeGenesis, prepareOp, sealEnvelope, TEXT_BUCKET } from "@reed/log";
import { encodeUp, type Up } from "@reed/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import * as Y from "yjs";
import { sha256 } from "../host/ports.ts";
import type { Wire } from "../wire.test-support.ts";
import {
  type Guest,
  join,
  newGuest,
  newLink,
  newNote,
  openSocket,
  type OwnedNote,
  startWorld,
} from "../world.test-support.ts";
import { ask } from "./matrix.test-support.ts";

interface Effect {
  /** The least that one must be allowed for it to change the log; null: it never does. */
  readonly writes: "write_text" | null;
  /** The least that one must be allowed for others to see it; null: they never do. */
  readonly shows: "show_presence" | null;
}

/** What each frame does at most. A new type of frame without a row does not compile. */
const EFFECTS: Readonly<Record<Up["type"], Effect>> = {
  hello: { writes: null, shows: null },
  ops: { writes: "write_text", shows: null },
  set_presence: { writes: null, shows: "show_presence" },
  receipt: { writes: null, shows: null },
  subscribe: { writes: null, shows: null },
  unsubscribe: { writes: null, shows: null },
};

const ROLES = {
  viewer: "viewer",
  "view link": "viewer",
  editor: "editor",
  "editor before HELLO": null,
  "removed editor": null,
  "revoked link": null,
} as const satisfies Record<string, Role | null>;
type Who = keyof typeof ROLES;

const ZEROS = new Uint8Array(32);
const stateSchema = v.object({ seq: v.number(), chain: v.string() });

let owner: Guest;

beforeAll(async () => {
  await startWorld();
  owner = await newGuest("Owner");
});

async function headOf({ id }: OwnedNote): Promise<v.InferOutput<typeof stateSchema>> {
  return v.parse(stateSchema, await (await ask(`/api/notes/${id}/state`, "GET", owner)).json());
}

interface Speaker {
  readonly guest: Guest;
  readonly wire: Wire;
}

/** A socket of `who`, with a device that the log knows wherever that can be. */
async function speakerOf(who: Who, note: OwnedNote): Promise<Speaker> {
  const guest = await newGuest(who);
  const member = `/api/notes/${note.id}/members/${guest.userId}`;
  if (who === "view link" || who === "revoked link") {
    const link = await newLink(owner, note.id, { role: "viewer" });
    const wire = await join(guest, note.id, { linkId: link.id });
    if (who === "revoked link") await ask(`/api/notes/${note.id}/links/${link.id}`, "DELETE", owner);
    return { guest, wire };
  }
  await ask(member, "PUT", owner, { role: who === "viewer" ? "viewer" : "editor" });
  if (who === "editor before HELLO") return { guest, wire: await openSocket(guest, note.id) };
  const wire = await join(guest, note.id);
  await wire.enrol(guest.certificate);
  if (who === "removed editor") await ask(member, "DELETE", owner);
  return { guest, wire };
}

/** A frame as whoever speaks makes it: well formed, and as good as they can. */
async function frameOf(type: Up["type"], note: OwnedNote, { guest }: Speaker, watcher: Wire): Promise<Uint8Array> {
  switch (type) {
    case "hello": {
      const cursor = { seq: 0, chain: ZEROS };
      const [device, proof, presence] = [guest.key.publicKey, new Uint8Array(64), new Uint8Array()];
      return encodeUp({ type, lowestVersion: 1, highestVersion: 2, device, proof, cursor, presence });
    }
    case "ops":
      return encodeUp({ type, envelopes: [await textOp(guest, watcher)] });
    case "set_presence":
      return encodeUp({ type, payload: Uint8Array.of(1, 2, 3) });
    case "receipt":
      return encodeUp({ type, bytes: 0 });
    case "subscribe":
      return encodeUp({ type, from: { epoch: 0, rev: 0 }, notes: [note.id] });
    case "unsubscribe":
      return encodeUp({ type });
  }
}

/** A change of the text on top of all that there is. */
async function textOp({ key }: Guest, { ledger }: Wire): Promise<Uint8Array> {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "intruder ");
  const last = ledger.author(key.publicKey);
  const unsigned = prepareOp(
    {
      type: "data",
      docId: ledger.docId,
      author: key.publicKey,
      ctr: (last?.ctr ?? 0) + 1,
      wallTimeUs: Math.max(Date.now() * 1000, (last?.wallTimeUs ?? 0) + 1),
      prev: last?.opId ?? ZEROS,
      acl: ledger.aclFor(key.publicKey, ledger.head.seq),
      seenSeq: ledger.head.seq,
      seenChain: ledger.head.chain,
      body: encodeDataBody({ bucket: TEXT_BUCKET, payload: Y.encodeStateAsUpdate(doc) }),
    },
    sha256,
  );
  return sealEnvelope(unsigned, await key.sign(unsigned.message));
}

/** Who was cut already has nothing left to say it through. */
function say(wire: Wire, frame: Uint8Array): void {
  try {
    wire.sendRaw(frame);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

describe("a frame", () => {
  const types = Object.keys(EFFECTS).filter((type): type is Up["type"] => type in EFFECTS);
  const people = Object.keys(ROLES).filter((who): who is Who => who in ROLES);

  it.each(types.flatMap((type) => people.map((who) => [type, who] as const)))(
    "[H46] %s by %s does what the role may, and no more",
    async (type, who) => {
      const note = await newNote(owner, "Words");
      const watcher = await join(owner, note.id);
      await watcher.enrol(owner.certificate);
      const speaker = await speakerOf(who, note);
      const before = await headOf(note);
      await watcher.until(() => watcher.ledger.head.seq === before.seq);
      const shownBefore = watcher.count("peer_presence");
      speaker.wire.freeze();
      say(speaker.wire, await frameOf(type, note, speaker, watcher));
      const { writes, shows } = EFFECTS[type];
      const isWritten = writes !== null && can(ROLES[who], writes);
      if (isWritten) await watcher.until(() => watcher.text.includes("intruder"));
      // What others are told goes out in order: with this, whatever came before has come.
      expect(await watcher.type("!")).toMatchObject({ type: "ack" });
      expect((await headOf(note)).seq).toBe(before.seq + (isWritten ? 2 : 1));
      expect(watcher.text.includes("intruder")).toBe(isWritten);
      expect(watcher.count("peer_presence") - shownBefore).toBe(shows !== null && can(ROLES[who], shows) ? 1 : 0);
      watcher.close();
    },
  );

  it("[H46] of no kind at all ends its socket and nothing else", async () => {
    const note = await newNote(owner, "Words");
    const before = await headOf(note);
    const genesis = encodeGenesis({ scope: "note", mode: "open", platform: ZEROS, entropy: new Uint8Array(16) });
    for (const frame of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0x44, 1, 2), Uint8Array.of(0xff), genesis]) {
      const wire = await join(owner, note.id);
      wire.sendRaw(frame);
      expect((await wire.closed).code).toBe(4400);
    }
    expect(await headOf(note)).toEqual(before);
  });
});
