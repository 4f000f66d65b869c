// Slow sockets, floods and crowds: what a room bears, and what it says then (docs/spec/wire.md).
import { MAX_PEERS, SEND_WINDOW_BYTES, type CloseReason, type Down } from "@reed/protocol";
import type { Op } from "@reed/log";
import { describe, expect, it } from "vitest";
import { type Actor, EDITOR, FOUNDER, grantTo, STRANGER, VIEWER } from "../../log/src/world.test-support.ts";
import { Host } from "./room.test-support.ts";
import { Tail } from "./tail.ts";
import { ROOM_LIMITS, type RoomLimits } from "./turnstile.ts";

const V2 = { lowestVersion: 1, highestVersion: 2 } as const;
const ZERO_CURSOR = { seq: 0, chain: new Uint8Array(32) };
const KIB = 1024;

const typesOf = (messages: readonly Down[]): readonly string[] => messages.map(({ type }) => type);
const reasons = (host: Host): readonly (readonly [number, CloseReason])[] =>
  host.take().flatMap((event) => (event.type === "closed" ? [[event.connection, event.reason] as const] : []));

/** `count` large ops by the editor over the socket 1, each delivered at its own tick. */
async function grow(host: Host, count: number, client = 100): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    host.pass(1000);
    await host.push(1, await host.typed(EDITOR, client + index, "x".repeat(300 * KIB)));
  }
}

function deliveredTo(host: Host, connection: number): { readonly seqs: readonly number[]; readonly bytes: number } {
  const sent = host
    .take()
    .flatMap((event) =>
      event.type === "sent" && event.to === connection && event.message.type === "deliver"
        ? [{ bytes: event.bytes, seqs: event.message.items.map((_, index) => index), first: event.message.firstSeq }]
        : [],
    );
  return {
    seqs: sent.flatMap(({ first, seqs }) => seqs.map((index) => first + index)),
    bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Ops of `actor`, each signed on top of the one before. */
async function lineOf(host: Host, actor: Actor, count: number, client = 7): Promise<readonly Op[]> {
  const ops: Op[] = [];
  for (let index = 0; index < count; index += 1) {
    const last = ops.at(-1);
    const after = last === undefined ? {} : { ctr: last.ctr + 1, prev: last.opId, wallTimeUs: last.wallTimeUs + 1 };
    host.pen.nowUs = Math.max(host.pen.nowUs, host.nowUs);
    ops.push(await host.pen.typed(actor, client + index, "a", after));
  }
  return ops;
}

describe("a slow socket", () => {
  it("[W41][W42] gets nothing live above its window, and goes on from the log when its receipts come", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    await host.join(3, FOUNDER);
    host.take();
    await grow(host, 6);
    const { seqs, bytes } = deliveredTo(host, 2);
    expect(seqs).toEqual([7, 8, 9, 10]);
    expect(bytes).toBeGreaterThan(SEND_WINDOW_BYTES);
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(5) });
    host.pass(1000);
    expect(typesOf(host.got(2))).toEqual([]);

    await host.say(2, { type: "receipt", bytes: bytes - SEND_WINDOW_BYTES / 2 });
    expect(typesOf(host.got(2))).toEqual([]);
    await host.say(2, { type: "receipt", bytes: bytes - SEND_WINDOW_BYTES / 2 + 1 });
    expect(host.got(2)).toMatchObject([
      { type: "peer_presence", connection: 1, payload: Uint8Array.of(5) },
      { type: "deliver", firstSeq: 11 },
    ]);
    host.pass(15);
    expect(host.got(2)).toMatchObject([{ type: "deliver", firstSeq: 12, headSeq: 12 }]);
  });

  it("[W26] gets nothing for a receipt that comes after its access ran out", async () => {
    const host = await Host.founded();
    const expiresUs = host.nowUs + 60_000_000;
    const asOwner = { by: FOUNDER.principal, via: "api", session: null } as const;
    await host.room.changeGrants([grantTo(VIEWER.principal, "viewer", { expiresUs })], asOwner);
    host.reopen();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    await grow(host, 8);
    host.take();
    host.nowUs = expiresUs;
    await host.say(2, { type: "receipt", bytes: Number.MAX_SAFE_INTEGER });
    const toViewer = host
      .take()
      .flatMap((event) => (event.type === "closed" || (event.type === "sent" && event.to === 2) ? [event] : []));
    expect(toViewer).toEqual([{ type: "closed", connection: 2, reason: "access_ended" }]);
  });

  it("[W41] is credited for no more than it was sent, and never less than before", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    host.take();
    await host.say(2, { type: "receipt", bytes: Number.MAX_SAFE_INTEGER });
    await grow(host, 6);
    const { seqs, bytes } = deliveredTo(host, 2);
    expect(seqs).toEqual([7, 8, 9, 10]);
    await host.say(2, { type: "receipt", bytes });
    await host.say(2, { type: "receipt", bytes: 0 });
    host.pass(100);
    expect(deliveredTo(host, 2).seqs).toEqual([11, 12]);
  });

  it("[W41] of version 1 gives no receipts and gets everything", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    host.take();
    await grow(host, 6);
    expect(deliveredTo(host, 2).seqs).toEqual([7, 8, 9, 10, 11, 12]);
  });

  it("[W41] counts anew after HEAD", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    await grow(host, 5);
    const kept = [1, 2].map((connection) => host.kept.get(connection));
    host.reopen();
    for (const state of kept) if (state !== undefined) host.room.resume(state);
    host.take();
    await grow(host, 1, 200);
    expect(deliveredTo(host, 2).seqs).toEqual([12]);
  });

  it("[W41] whose receipt of the count before comes after HEAD is credited for what was sent by then, and for nothing that follows", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    const kept = [1, 2].map((connection) => host.kept.get(connection));
    host.reopen();
    for (const state of kept) if (state !== undefined) host.room.resume(state);
    await grow(host, 2);
    await host.say(2, { type: "receipt", bytes: 100 * SEND_WINDOW_BYTES });
    host.take();
    await grow(host, 6, 200);
    expect(deliveredTo(host, 2).seqs).toEqual([9, 10, 11, 12]);
  });

  it("[W41] gives receipts after HELLO and not before", async () => {
    const host = await Host.founded();
    host.room.open(1, host.visitor(EDITOR), new Uint8Array(16));
    await host.say(1, { type: "receipt", bytes: 1 });
    expect(reasons(host)).toEqual([[1, "frame_unexpected"]]);
  });

  it("[W43] costs no memory: what it lacks is not kept for it, and of the rest only a few pages", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V2);
    await host.join(2, VIEWER, V2);
    await grow(host, 5);
    let isRead = false;
    const read = host.log.read.bind(host.log);
    host.log.read = (fromSeq, limit) => {
      isRead = true;
      return read(fromSeq, limit);
    };
    await host.say(2, { type: "receipt", bytes: Number.MAX_SAFE_INTEGER });
    host.pass(15);
    expect(isRead).toBe(true);

    const tail = new Tail();
    const row = { recvUs: 1, opId: new Uint8Array(32), chain: new Uint8Array(32), compact: null };
    tail.add(
      Array.from({ length: 5000 }, (_, index) => ({ ...row, seq: index + 1, envelope: new Uint8Array(10) })),
      1,
    );
    tail.trimTo(0);
    expect([tail.after(2951, 1), tail.after(2952, 1)?.[0]?.seq]).toEqual([null, 2953]);
    tail.add([{ ...row, seq: 5001, envelope: new Uint8Array(3000 * KIB) }], 1);
    tail.trimTo(0);
    expect(tail.after(5000, 1)).toBeNull();
  });
});

describe("a flood", () => {
  const tight = (ops: number, rest: Partial<RoomLimits> = {}): RoomLimits => {
    const wide = { perSecond: 10_000, burst: 100_000 };
    const rate = { ops: { perSecond: 10, burst: ops }, bytes: { perSecond: 1e6, burst: 1e7 }, frames: wide };
    return { ...ROOM_LIMITS, connection: rate, principal: { ...rate, ops: wide }, ...rest };
  };

  it("[W46] is refused as rate with the time after which a whole window is taken, and nothing of it is in the log", async () => {
    const host = await Host.founded({ limits: tight(100) });
    await host.join(1, EDITOR);
    host.take();
    host.pass(100);
    const ops = await lineOf(host, EDITOR, 102);
    await host.push(1, ...ops.slice(0, 60));
    await host.push(1, ...ops.slice(60));
    const answers = host.got(1).filter(({ type }) => type === "ack" || type === "nack");
    expect(answers.map((answer) => (answer.type === "ack" ? answer.ops.length : answer.type))).toEqual([
      60,
      "nack",
      "nack",
      40,
    ]);
    expect(answers[1]).toMatchObject({ code: "rate", class: "retry", retryAfterMs: 6400 });
    host.pass(6400);
    host.take();
    await host.push(1, ...ops.slice(100), ...(await lineOf(host, FOUNDER, 1, 300)));
    expect(host.got(1)).toMatchObject([
      { type: "nack", code: "forbidden" },
      { type: "ack", ops: [{}, {}] },
      { type: "deliver" },
    ]);
  });

  it("[W46] may hold ops that the log has: they are acknowledged whatever the rate", async () => {
    const host = await Host.founded({ limits: tight(2) });
    await host.join(1, EDITOR);
    const ops = await lineOf(host, EDITOR, 3);
    await host.push(1, ...ops);
    host.take();
    await host.push(1, ...ops);
    expect(host.got(1)).toMatchObject([
      { type: "nack", opId: ops[2]?.opId, code: "rate" },
      { type: "ack", ops: [{ seq: 7 }, { seq: 8 }] },
    ]);
  });

  it("[W46] counts by bytes too, and over all connections of one person", async () => {
    const rate = {
      ops: { perSecond: 100, burst: 100 },
      bytes: { perSecond: 1000, burst: 1e9 },
      frames: { perSecond: 100, burst: 100 },
    };
    const small = { ...rate, bytes: { perSecond: 1000, burst: 30_000 } };
    for (const limits of [
      { connection: small, principal: rate },
      { connection: rate, principal: small },
    ]) {
      const host = await Host.founded({ limits: { ...ROOM_LIMITS, ...limits } });
      await host.join(1, EDITOR);
      await host.join(2, EDITOR);
      host.take();
      const [first, second] = await Promise.all([
        host.typed(EDITOR, 7, "x".repeat(29_000)),
        host.typed(FOUNDER, 8, "y".repeat(29_000)),
      ]);
      await host.push(1, first);
      await host.push(2, second);
      const isShared = limits.principal === small;
      expect(host.got(2)[0]).toMatchObject({ type: "nack", code: isShared ? "rate" : "forbidden" });
    }
  });

  it("[W47] that is refused takes what was signed on top of it along: no op of it is told that it has no past", async () => {
    const host = await Host.founded({ limits: tight(1) });
    await host.join(1, EDITOR);
    host.take();
    const [taken, a, b, c, d] = await lineOf(host, EDITOR, 5);
    if (taken === undefined || a === undefined || b === undefined || c === undefined || d === undefined) return;
    await host.push(1, taken, a, b);
    host.pass(200);
    await host.push(1, c);
    const nacks = host.got(1).filter(({ type }) => type === "nack");
    expect(nacks).toMatchObject([a, b, c].map(({ opId }) => ({ opId, code: "rate", class: "retry" })));
    host.pass(300);
    await host.push(1, a, b);
    expect(host.got(1).filter(({ type }) => type !== "deliver")).toMatchObject([
      { type: "nack", opId: b.opId, code: "rate" },
      { type: "ack", ops: [{ opId: a.opId }] },
    ]);
    host.pass(500);
    await host.push(1, b);
    host.pass(500);
    await host.push(1, c);
    host.pass(500);
    await host.push(1, d);
    expect(host.got(1).filter(({ type }) => type === "ack" || type === "nack")).toMatchObject([
      { type: "ack", ops: [{ opId: b.opId }] },
      { type: "ack", ops: [{ opId: c.opId }] },
      { type: "ack", ops: [{ opId: d.opId }] },
    ]);
  });

  it("[W48] of four times what is taken ends its socket, before anything of it is looked at", async () => {
    const rate = { ...ROOM_LIMITS.connection, frames: { perSecond: 1, burst: 5 } };
    const host = await Host.founded({ limits: { ...ROOM_LIMITS, connection: rate } });
    await host.join(1, EDITOR);
    host.take();
    for (let index = 0; index < 20; index += 1) await host.say(1, { type: "set_presence", payload: Uint8Array.of(1) });
    expect(reasons(host)).toEqual([]);
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(1) });
    expect(reasons(host)).toEqual([[1, "overloaded"]]);
  });

  it("[W48] of a whole window is none, however little is taken: the next at once is one", async () => {
    const rate = { ...ROOM_LIMITS.connection, ops: { perSecond: 1, burst: 2 } };
    const host = await Host.founded({ limits: { ...ROOM_LIMITS, connection: rate, principal: rate } });
    await host.join(1, EDITOR);
    host.take();
    const window = await lineOf(host, EDITOR, 64);
    for (const from of [0, 16, 32, 48]) await host.push(1, ...window.slice(from, from + 16));
    expect(reasons(host)).toEqual([]);
    await host.push(1, ...window);
    expect(reasons(host)).toEqual([[1, "overloaded"]]);
  });

  it("[W46] is not what an honest device sends: 4 MiB that it brings back, 64 ops at a time", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    host.take();
    const quarter = "x".repeat(256 * KIB);
    for (let index = 0; index < 16; index += 1) {
      host.pen.nowUs = host.nowUs + index;
      await host.push(1, await host.pen.typed(EDITOR, 500 + index, quarter));
    }
    host.nowUs += 1000;
    const small = await lineOf(host, EDITOR, 64, 900);
    await host.push(1, ...small);
    expect(host.take().filter((event) => event.type === "sent" && event.message.type === "nack")).toEqual([]);
    expect(host.room.ledger?.head.seq).toBe(6 + 16 + 64);
  });

  it("[W25] of presences is answered by silence, and the last one is shown", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    host.pass(1000);
    host.take();
    for (let index = 0; index < 200; index += 1) {
      await host.say(1, { type: "set_presence", payload: Uint8Array.of(index) });
      host.pass(5);
    }
    host.pass(200);
    const shown = host.got(2).filter((message) => message.type === "peer_presence");
    expect(shown.length).toBeLessThanOrEqual(12);
    expect(shown.at(-1)?.payload).toEqual(Uint8Array.of(199));
    expect(host.kept.get(1)?.presence).toEqual(Uint8Array.of(199));
  });
});

describe("a crowd", () => {
  it("[W49] is let in up to so many writers and so many readers; who is one too many comes back later", async () => {
    expect([ROOM_LIMITS.editors, ROOM_LIMITS.readers, ROOM_LIMITS.editors + ROOM_LIMITS.readers]).toEqual([
      300,
      500,
      MAX_PEERS,
    ]);
    const host = await Host.founded({ limits: { ...ROOM_LIMITS, editors: 2, readers: 1 } });
    await host.join(1, EDITOR);
    await host.join(2, VIEWER);
    expect([host.room.roomFor("editor"), host.room.roomFor("viewer"), host.room.roomFor(null)]).toEqual([
      true,
      false,
      false,
    ]);
    await host.join(3, FOUNDER);
    await host.join(4, EDITOR);
    await host.join(5, VIEWER);
    expect(reasons(host)).toEqual([
      [4, "overloaded"],
      [5, "overloaded"],
    ]);
    host.room.leave(2);
    await host.join(6, VIEWER);
    expect([reasons(host), host.room.roomFor("owner")]).toEqual([[], false]);
    await host.join(7, STRANGER);
    expect(reasons(host)).toEqual([[7, "access_ended"]]);
  });

  it("[W50] gets the log in 10 messages a millisecond, and 600 ahead of that", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR);
    await host.join(2, FOUNDER);
    for (let connection = 3; connection <= 400; connection += 1) await host.join(connection, VIEWER);
    host.pass(1000);
    host.take();
    const times = new Map<number, number[]>([
      [2, []],
      [3, []],
    ]);
    const startUs = host.nowUs;
    for (let index = 0; index < 20; index += 1) {
      await host.push(1, await host.typed(EDITOR, 1000 + index));
      for (const event of host.take()) {
        if (event.type === "sent" && event.message.type === "deliver")
          times.get(event.to)?.push((host.nowUs - startUs) / 1000);
      }
      host.pass(10);
    }
    expect(times.get(2)).toEqual([0, 10, 20, 60, 100, 140, 180]);
    expect(times.get(3)).toEqual(times.get(2));
    host.pass(250);
    const last = host.got(3).findLast((message) => message.type === "deliver");
    expect(last).toMatchObject({ headSeq: host.room.ledger?.head.seq });
  });

  it("[W51] costs at most 10 000 messages of presence a second, and nobody waits for ever", async () => {
    const host = await Host.founded();
    const count = 150;
    for (let connection = 1; connection <= count; connection += 1) await host.join(connection, VIEWER);
    host.pass(5000);
    host.take();
    const shown = new Set<number>();
    let sends = 0;
    for (let round = 0; round < 30; round += 1) {
      for (let connection = 1; connection <= count; connection += 1)
        await host.say(connection, { type: "set_presence", payload: Uint8Array.of(round + 1) });
      host.pass(100);
      for (const event of host.take()) {
        if (event.type !== "sent" || event.message.type !== "peer_presence") continue;
        sends += 1;
        shown.add(event.message.connection);
      }
    }
    expect(sends).toBeLessThanOrEqual(4 * 10_000 + count);
    expect(sends).toBeGreaterThan(20_000);
    expect(shown.size).toBe(count);
  });

  it("[W52] is asked to come back spread over a time", async () => {
    const host = await Host.founded();
    for (const connection of [1, 2, 3, 4]) await host.join(connection, EDITOR);
    host.room.open(5, host.visitor(EDITOR), new Uint8Array(16));
    host.take();
    host.room.drain(2000);
    expect(host.take().map((event) => (event.type === "sent" ? [event.to, event.message] : []))).toEqual(
      [0, 500, 1000, 1500].map((afterMs, index) => [index + 1, { type: "go_away", reason: "restarting", afterMs }]),
    );
  });
});

describe("timers", () => {
  it("[W24] for what is typed are not held up by a longer one for a presence", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { cursor: ZERO_CURSOR });
    await host.join(2, VIEWER);
    host.pass(1000);
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(1) });
    await host.say(1, { type: "set_presence", payload: Uint8Array.of(2) });
    host.pass(2);
    host.take();
    await host.push(1, await host.typed(EDITOR, 7));
    await host.push(1, await host.pen.typed(EDITOR, 8, "b", { wallTimeUs: host.nowUs + 1 }));
    host.pass(15);
    expect(host.got(2)).toMatchObject([{ type: "deliver", items: [{}, {}] }]);
    host.pass(100);
    expect(host.got(2)).toMatchObject([{ type: "peer_presence", payload: Uint8Array.of(2) }]);
    host.pass(1000);
    expect(host.wakesUs).toEqual([]);
  });
});
