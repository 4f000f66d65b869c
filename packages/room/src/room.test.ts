// What the server says and when, over sockets that are only numbers (docs/spec/wire.md).
import { encodeDataBody, encodeEnrol, Ledger, linkIdBytes, parseLinkId } from "@reed/log";
import { linkPrincipal, sha256, signerFromSeed } from "@reed/crypto";
import type { Deliver, Down } from "@reed/protocol";
import { MAX_PAGE_BYTES, MAX_FRAME_BYTES } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import {
  EDITOR,
  FOUNDER,
  genesisFields,
  grantTo,
  certificateFor,
  sealed,
  seedOf,
  SERVER,
  STRANGER,
  typing,
  VIEWER,
} from "../../log/src/world.test-support.ts";
import { Host, NONCE } from "./room.test-support.ts";

const LINK_ID = parseLinkId("AAAAAAAAAAAAAAAA");
const LINK = LINK_ID === null ? SERVER.principal : linkPrincipal(linkIdBytes(LINK_ID));
const LINK_KEY = signerFromSeed(seedOf(8)).publicKey;
const asOwner = { by: FOUNDER.principal, via: "api", session: null } as const;

const delivers = (messages: readonly Down[]): readonly Deliver[] =>
  messages.filter((message) => message.type === "deliver");
const closing = (host: Host): readonly string[] =>
  host.take().flatMap((event) => (event.type === "closed" ? [event.reason] : []));

describe("a socket opens", () => {
  it("[W10] with HELLO and nothing else before it, and with one HELLO only", async () => {
    const host = await Host.founded();
    host.room.open(1, host.visitor(EDITOR), NONCE);
    await host.push(1, await host.typed(EDITOR, 7));
    host.room.open(2, host.visitor(EDITOR), NONCE);
    await host.say(2, { type: "set_presence", payload: Uint8Array.of(1) });
    expect(closing(host)).toEqual(["frame_unexpected", "frame_unexpected"]);
    await host.join(3, EDITOR);
    await host.say(3, await host.hello(EDITOR));
    expect(closing(host)).toEqual(["frame_unexpected"]);
  });

  it("[W10] for the device of the ticket, which signs the ticket's nonce and the note", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { proof: new Uint8Array(64).fill(1) });
    await host.join(2, EDITOR, {}, { device: VIEWER.signer.publicKey });
    host.room.open(3, host.visitor(EDITOR), new Uint8Array(16).fill(1));
    await host.say(3, await host.hello(EDITOR));
    expect(closing(host)).toEqual(["hello_proof", "hello_proof", "hello_proof"]);
  });

  it("[W10] only where there is a note, a common version and a role", async () => {
    const host = await Host.founded();
    await host.join(1, STRANGER);
    await host.join(2, EDITOR, { lowestVersion: 4, highestVersion: 5 });
    expect(closing(host)).toEqual(["access_ended", "version_unsupported"]);
    const empty = await Host.empty();
    await empty.join(1, FOUNDER);
    expect(closing(empty)).toEqual(["not_found"]);
  });

  it("[W11] where its cursor is of this log: WELCOME, then what lies behind the cursor", async () => {
    const host = await Host.founded();
    const chain = host.room.ledger?.chainAt(4) ?? new Uint8Array(32);
    await host.join(1, EDITOR, { cursor: { seq: 4, chain } });
    const [welcome, deliver] = host.got(1);
    expect(welcome?.type).toBe("welcome");
    expect(deliver).toMatchObject({ type: "deliver", firstSeq: 5, headSeq: 6 });
  });

  it("[W11] at position 0 with any chain", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { cursor: { seq: 0, chain: seedOf(77) } });
    expect(host.got(1).map(({ type }) => type)).toEqual(["welcome", "deliver"]);
  });

  it("[W11] else RESYNC, and nothing more is sent or taken", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { cursor: { seq: 4, chain: seedOf(1) } });
    await host.join(2, EDITOR, { cursor: { seq: 99, chain: seedOf(1) } });
    const head = host.room.ledger?.head;
    expect(host.take()).toMatchObject([
      { to: 1, message: { type: "resync", docId: host.pen.genesis.opId, head } },
      { to: 2, message: { type: "resync", head } },
    ]);
    await host.push(1, await host.typed(EDITOR, 7));
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(1) });
    await host.join(3, FOUNDER);
    await host.push(3, await host.typed(FOUNDER, 8));
    host.pass(1000);
    expect(host.got(1)).toEqual([]);
    expect(host.room.ledger?.head.seq).toBe(7);
  });

  it("[W12] WELCOME says where the log stands, the role, the device's last op, the time and who is there", async () => {
    const host = await Host.founded();
    await host.join(1, VIEWER, { presence: Uint8Array.of(5) });
    await host.join(2, STRANGER, {}, { user: EDITOR.principal });
    await host.join(3, EDITOR);
    const author = host.room.ledger?.author(EDITOR.signer.publicKey);
    const welcomes = host
      .take()
      .flatMap((event) => (event.type === "sent" && event.message.type === "welcome" ? [event.message] : []));
    expect(welcomes[1]).toMatchObject({ connection: 2, lastCtr: 0, lastOpId: null });
    expect(welcomes[2]).toEqual({
      type: "welcome",
      version: 1,
      connection: 3,
      docId: host.pen.genesis.opId,
      head: host.room.ledger?.head,
      role: "editor",
      lastCtr: author?.ctr,
      lastOpId: author?.opId,
      serverTimeUs: host.nowUs,
      peers: [{ connection: 1, payload: Uint8Array.of(5) }],
    });
  });

  it("[W13] and is closed over a frame that is broken, unknown or too big", async () => {
    const host = await Host.founded();
    const frames = [
      Uint8Array.of(),
      Uint8Array.of(1),
      Uint8Array.of(3, 0, 9),
      Uint8Array.of(0x7f),
      new Uint8Array(MAX_FRAME_BYTES + 1),
    ];
    for (const [index, frame] of frames.entries()) {
      await host.join(index, EDITOR);
      await host.room.receive(index, frame);
    }
    expect(closing(host)).toEqual([
      "frame_malformed",
      "frame_malformed",
      "frame_malformed",
      "frame_unknown",
      "frame_too_big",
    ]);
  });

  it("[W14] or over an op that is too short to have an id; any other that is no op is answered", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.say(1, { type: "ops", envelopes: [new Uint8Array(272)] });
    expect(closing(host)).toEqual(["frame_malformed"]);
    await host.join(2, EDITOR);
    await host.say(2, { type: "ops", envelopes: [new Uint8Array(273)] });
    expect(host.got(2).at(-1)).toMatchObject({ type: "nack", class: "never", code: "op_truncated", retryAfterMs: 0 });
  });
});

describe("ops", () => {
  it("[W15] are answered when they are in the log, and handed on after that", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, FOUNDER);
    host.take();
    host.pass(100);
    await host.push(1, await host.typed(EDITOR, 7));
    const steps = host
      .take()
      .map((event) => (event.type === "sent" ? `${event.message.type} ${event.to}` : event.type));
    expect(steps).toEqual(["appended", "ack 1", "deliver 1", "deliver 2"]);
  });

  it("[W15] are not answered, and nobody gets them, where the log does not keep them", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, FOUNDER);
    host.take();
    host.isDiskFull = true;
    await expect(host.push(1, await host.typed(EDITOR, 7))).rejects.toThrow("disk full");
    expect(host.take()).toEqual([]);
    expect(host.reopened().ledger?.head.seq).toBe(6);
  });

  it("[W16] are judged in the order in which they came, each by the log with those before it", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    host.take();
    const first = await host.typed(EDITOR, 7);
    const after = { ctr: first.ctr + 1, prev: first.opId, wallTimeUs: first.wallTimeUs + 1 };
    const second = await host.pen.typed(EDITOR, 8, "b", after);
    await Promise.all([host.push(1, first), host.push(1, second)]);
    // One answer or two: it depends on when their signatures were verified.
    const acked = host.got(1).flatMap((message) => (message.type === "ack" ? message.ops : []));
    expect(acked).toEqual([
      { opId: first.opId, seq: 7 },
      { opId: second.opId, seq: 8 },
    ]);
  });

  it("[W16] that are in the log already are acknowledged again, at their position", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    const op = await host.typed(EDITOR, 7);
    await host.push(1, op);
    host.take();
    await host.push(1, op, op);
    expect(host.take()).toEqual([
      expect.objectContaining({
        message: {
          type: "ack",
          ops: [
            { opId: op.opId, seq: 7 },
            { opId: op.opId, seq: 7 },
          ],
        },
      }),
    ]);
  });

  it("[W16] that are refused don't stop the ones that hold", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    host.take();
    host.pass(100);
    const good = await host.typed(EDITOR, 7);
    const bad = await host.pen.typed(EDITOR, 8, "b", { prev: seedOf(1) });
    await host.push(1, bad, good);
    expect(host.got(1)).toMatchObject([
      { type: "nack", opId: bad.opId, class: "reissue", code: "prev", retryAfterMs: 0 },
      { type: "ack", ops: [{ opId: good.opId, seq: 7 }] },
      { type: "deliver" },
    ]);
  });

  it("[W17] come over their own device's socket", async () => {
    const host = await Host.founded();
    await host.join(1, FOUNDER);
    host.take();
    await host.push(1, await host.typed(EDITOR, 7));
    expect(host.got(1)).toMatchObject([{ type: "nack", code: "forbidden", class: "never" }]);
  });

  it("[W19] that insert nothing are all that a full note takes", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    host.room.isFull = true;
    host.take();
    await host.push(1, await host.typed(EDITOR, 7));
    expect(host.got(1)).toMatchObject([{ type: "nack", code: "note_full", class: "never" }]);
    host.room.isFull = false;
    await host.push(1, await host.typed(EDITOR, 7, "ab"));
    host.room.isFull = true;
    const deleting = Uint8Array.of(0, 1, 7, 1, 0, 1);
    await host.push(
      1,
      await host.pen.op(EDITOR, "data", encodeDataBody({ bucket: "text", payload: deleting }), {
        wallTimeUs: host.nowUs + 5,
      }),
    );
    expect(host.got(1).filter(({ type }) => type === "ack")).toHaveLength(2);
  });

  it("[W20] that repeat a counter are kept as evidence", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.push(1, await host.typed(EDITOR, 7));
    host.take();
    const author = host.room.ledger?.author(EDITOR.signer.publicKey);
    await host.push(1, await host.pen.typed(EDITOR, 8, "b", { ctr: author?.ctr ?? 0, wallTimeUs: host.nowUs + 9 }));
    expect(host.take()).toMatchObject([
      { type: "evidence" },
      { message: { type: "nack", code: "counter", class: "reissue" } },
    ]);
  });

  it("[W20] have receive times that never go back", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.push(1, await host.typed(EDITOR, 7));
    host.nowUs -= 5_000_000;
    await host.push(1, await host.pen.typed(EDITOR, 8, "b", { wallTimeUs: host.nowUs + 5_000_009 }));
    const [first, second] = host.log.read(7, 2);
    expect(second?.recvUs).toBe(first?.recvUs);
  });
});

describe("DELIVER", () => {
  it("[W21] is dense and in order, and ends with the chain value of its last op", async () => {
    const host = await Host.founded();
    await host.join(1, VIEWER, { cursor: { seq: 0, chain: new Uint8Array(32) } });
    const [deliver] = delivers(host.got(1));
    expect(deliver).toMatchObject({ firstSeq: 1, headSeq: 6, chain: host.room.ledger?.chainAt(6) });
    const rows = host.log.read(1, 9);
    expect(deliver?.items).toEqual(rows.map(({ recvUs, envelope }) => ({ type: "op", recvUs, envelope })));
  });

  it("[W22] names an op by its id alone to the socket over which it came, and to no other", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, EDITOR);
    host.take();
    host.pass(50);
    const op = await host.typed(EDITOR, 7);
    await host.push(1, op);
    const items = host
      .take()
      .flatMap((event) => (event.type === "sent" && event.message.type === "deliver" ? [event.message.items[0]] : []));
    expect(items).toEqual([
      { type: "own", recvUs: host.nowUs, opId: op.opId },
      { type: "op", recvUs: host.nowUs, envelope: op.envelope },
    ]);
  });

  it("[W23] brings a page of at most 512 KiB, or one op that is larger, and one page a tick", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    for (const [index, size] of [300, 300, 700].entries()) {
      await host.push(
        1,
        await host.pen.typed(EDITOR, 7 + index, "x".repeat(size * 1024), { wallTimeUs: host.nowUs + index }),
      );
    }
    host.pass(15);
    host.take();
    expect(MAX_PAGE_BYTES).toBe(512 * 1024);
    await host.join(2, VIEWER);
    host.take();
    host.room.leave(2);
    await host.join(3, VIEWER, { cursor: { seq: 0, chain: new Uint8Array(32) } });
    const pages: number[][] = [];
    for (let tick = 0; tick < 6; tick += 1) {
      pages.push(delivers(host.got(3)).flatMap(({ firstSeq, items }) => [firstSeq, items.length]));
      host.pass(15);
    }
    expect(pages.filter((page) => page.length > 0)).toEqual([
      [1, 7],
      [8, 1],
      [9, 1],
    ]);
  });

  it("[W24] goes out at once when the room is quiet, then at most every 4 ms with all since the last", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    host.pass(100);
    host.take();
    const counts: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      await host.push(1, await host.pen.typed(EDITOR, 7 + index, "a", { wallTimeUs: host.nowUs + index }));
      counts.push(...delivers(host.got(2)).map(({ items }) => items.length));
      host.nowUs += 500;
    }
    expect(counts).toEqual([1]);
    host.pass(1.5);
    expect(delivers(host.got(2))).toEqual([]);
    host.pass(1);
    expect(delivers(host.got(2)).map(({ items }) => items.length)).toEqual([3]);
    expect(host.wakesUs).toEqual([]);
  });
});

describe("presence", () => {
  const shown = (messages: readonly Down[]): readonly Down[] =>
    messages.filter(({ type }) => type === "peer_presence" || type === "leave");

  it("[W25] is shown to the others, each connection's own, at most ten times a second, the last one winning", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    host.pass(1000);
    host.take();
    for (const value of [1, 2, 3]) await host.say(1, { type: "set_presence", payload: Uint8Array.of(value) });
    expect(shown(host.got(2))).toEqual([{ type: "peer_presence", connection: 1, payload: Uint8Array.of(1) }]);
    host.pass(99);
    expect(shown(host.got(2))).toEqual([]);
    host.pass(1);
    expect(shown(host.got(2))).toEqual([{ type: "peer_presence", connection: 1, payload: Uint8Array.of(3) }]);
    expect(host.kept.get(1)?.presence).toEqual(Uint8Array.of(3));
  });

  it("[W25] is shown twice a second where more than twenty are connected", async () => {
    const host = await Host.founded();
    for (let connection = 1; connection <= 21; connection += 1) await host.join(connection, VIEWER);
    host.pass(1000);
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(1) });
    host.take();
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(2) });
    host.pass(499);
    expect(shown(host.got(2))).toEqual([]);
    host.pass(1);
    expect(shown(host.got(2))).toHaveLength(1);
  });

  it("[W25] ends with LEAVE, when it is taken back and when the socket is gone", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { presence: Uint8Array.of(1) });
    await host.join(2, VIEWER);
    await host.join(3, FOUNDER, { presence: Uint8Array.of(2) });
    host.pass(1000);
    host.take();
    await host.say(1, { type: "set_presence", payload: new Uint8Array() });
    host.pass(1000);
    host.room.leave(3);
    expect(shown(host.got(2))).toEqual([
      { type: "leave", connection: 1 },
      { type: "leave", connection: 3 },
    ]);
  });

  it("[W25] ends with LEAVE, also where it was taken back and the socket was gone before that was shown", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { presence: Uint8Array.of(1) });
    await host.join(2, VIEWER);
    host.pass(1000);
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(2) });
    host.take();
    await host.say(1, { type: "set_presence", payload: new Uint8Array() });
    host.room.leave(1);
    host.pass(1000);
    expect(shown(host.got(2))).toEqual([{ type: "leave", connection: 1 }]);
  });
});

describe("access", () => {
  it("[W26] that is taken away closes the socket before the next fan-out, a change of role is told", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    host.pass(100);
    host.take();
    const result = await host.room.changeGrants(
      [grantTo(EDITOR.principal, null), grantTo(VIEWER.principal, "editor")],
      asOwner,
    );
    expect(result.ok).toBe(true);
    expect(host.take().filter(({ type }) => type !== "appended")).toMatchObject([
      // The gateway's enrolment, one op before the change.
      { type: "sent", to: 1, message: { type: "deliver", firstSeq: 7, headSeq: 7 } },
      { type: "sent", to: 2, message: { type: "deliver", firstSeq: 7, headSeq: 7 } },
      { type: "closed", connection: 1, reason: "access_ended" },
      { type: "sent", to: 2, message: { type: "role", role: "editor" } },
    ]);
    await host.push(1, await host.typed(EDITOR, 7));
    expect(host.take()).toEqual([]);
    host.pass(15);
    expect(host.take()).toMatchObject([{ to: 2, message: { type: "deliver", firstSeq: 8 } }]);
  });

  it("[W26] that runs out closes the socket at the next step of the room", async () => {
    const host = await Host.founded();
    await host.room.changeGrants(
      [grantTo(VIEWER.principal, "viewer", { expiresUs: host.nowUs + 10_000_000 })],
      asOwner,
    );
    await host.join(1, VIEWER);
    await host.join(2, EDITOR);
    host.pass(15);
    host.take();
    host.nowUs += 10_000_000;
    await host.push(2, await host.typed(EDITOR, 7));
    const toViewer = host
      .take()
      .flatMap((event) => (event.type === "closed" || (event.type === "sent" && event.to === 1) ? [event] : []));
    expect(toViewer).toEqual([{ type: "closed", connection: 1, reason: "access_ended" }]);
  });

  it("[W27] a socket that outlived the room's memory hears where the log stands", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    const state = host.kept.get(1);
    if (state === undefined) throw new Error("the session was not kept");
    host.take();
    const room = host.reopened();
    room.resume(state);
    expect(host.got(1)).toEqual([{ type: "head", head: host.room.ledger?.head }]);
    expect(room.sessions).toHaveLength(1);
  });

  it("[W28] by an edit link is a viewer's without the link's secret, and the highest of link and user with it", async () => {
    const host = await Host.founded();
    await host.room.changeGrants([grantTo(LINK, "editor", { key: LINK_KEY })], asOwner);
    const byLink = { user: null, link: LINK };
    const role = (rest: Parameters<Host["visitor"]>[1]) => host.room.roleOf(host.visitor(STRANGER, rest));
    expect(role(byLink)).toBe("viewer");
    expect(role({ ...byLink, holdsLinkSecret: true })).toBe("editor");
    expect(role({ ...byLink, user: FOUNDER.principal })).toBe("owner");
    expect(role({ user: null })).toBeNull();
    await host.room.changeGrants([grantTo(LINK, null)], asOwner);
    expect(role({ ...byLink, holdsLinkSecret: true })).toBeNull();
  });

  it("[W28] before a note has an owner is the founding device's alone", async () => {
    const host = await Host.empty();
    expect(host.room.roleOf(host.visitor(FOUNDER))).toBeNull();
    await host.room.found(host.pen.genesis.envelope);
    expect([host.room.roleOf(host.visitor(FOUNDER)), host.room.roleOf(host.visitor(EDITOR))]).toEqual(["owner", null]);
  });
});

describe("a room", () => {
  it("[W29] takes one genesis: its own, of this platform", async () => {
    const host = await Host.empty();
    const body = host.pen.genesis.body;
    const other = await sealed({ ...genesisFields(EDITOR.signer.publicKey), body }, EDITOR.signer);
    expect(await host.room.found(Uint8Array.of(1))).toEqual({ code: "op_truncated" });
    expect(await host.room.found(other.envelope)).toEqual({ code: "wrong_note" });
    expect(host.log.lastSeq()).toBe(0);
    expect(await host.room.found(host.pen.genesis.envelope)).toBe("created");
    expect(await host.room.found(host.pen.genesis.envelope)).toBe("same");
    expect(await host.room.found(other.envelope)).toBe("conflict");
    expect(host.log.lastSeq()).toBe(1);
  });

  it("[L44] writes as the gateway for others: it enrols first, and counts by the clock", async () => {
    const host = await Host.founded();
    const attribution = { by: EDITOR.principal, via: "discord", session: "s1" } as const;
    expect(await host.room.writeText(typing(7, "a"), attribution)).toEqual({ ok: true, seq: 8 });
    expect(await host.room.writeText(typing(8, "a"), attribution)).toEqual({ ok: true, seq: 9 });
    expect(host.room.ledger?.author(SERVER.signer.publicKey)).toMatchObject({
      ctr: host.nowUs + 2,
      principals: ["gateway"],
    });
    expect(await host.room.writeText(typing(9, "a"), { ...attribution, by: VIEWER.principal })).toEqual({
      ok: false,
      code: "forbidden",
    });
    expect(await (await Host.empty()).room.writeText(typing(9, "a"), attribution)).toEqual({
      ok: false,
      code: "founding",
    });
  });

  it("[S5] opens on whatever its log holds, and not on rows that don't follow from each other", async () => {
    const host = await Host.founded();
    const room = host.reopened();
    expect(room.ledger?.head).toEqual(host.room.ledger?.head);
    const stray = await host.pen.op(STRANGER, "enrol", encodeEnrol([await certificateFor(EDITOR)]));
    const ledger = new Ledger(host.pen.genesis.opId, { sha256, below: "refuse" });
    host.log.append([{ ...ledger.head, seq: 7, recvUs: host.nowUs, opId: stray.opId, envelope: stray.envelope }]);
    expect(() => host.reopened()).toThrow("row 7");
  });
});
