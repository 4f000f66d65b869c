// What is ready together is one commit: what a busy room gathers, and that nobody hears of it too early.
import type { Down } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import { EDITOR, FOUNDER, grantTo, VIEWER } from "../../log/src/world.test-support.ts";
import { type Happening, Host, NONCE } from "./room.test-support.ts";

const GATHERING = { gatherMs: 5 } as const;

/** What happened, shortly: who got which message, and what was stored. */
const shortly = (happened: readonly Happening[]): readonly string[] =>
  happened.map((event) => {
    if (event.type === "sent") return `${event.message.type} to ${event.to}`;
    if (event.type === "appended") return `stored ${event.seqs.join()}`;
    return event.type === "closed" ? `closed ${event.connection}: ${event.reason}` : event.type;
  });

/** A room that has just taken something, with founder (1), editor (2) and viewer (3) in it. */
async function busy(): Promise<Host> {
  const host = await Host.founded(GATHERING);
  for (const [index, actor] of [FOUNDER, EDITOR, VIEWER].entries()) {
    host.pass(100);
    await host.join(index + 1, actor);
  }
  host.pass(100);
  await host.say(3, { type: "set_presence", payload: new Uint8Array() });
  host.take();
  return host;
}

const acksIn = (messages: readonly Down[]): readonly (readonly number[])[] =>
  messages.flatMap((message) => (message.type === "ack" ? [message.ops.map(({ seq }) => seq)] : []));

describe("a busy room", () => {
  it("[W55] stores at once what came within 5 ms, answers each socket in one ACK, then delivers", async () => {
    const host = await busy();
    const first = await host.typed(EDITOR, 7);
    const after = { ctr: first.ctr + 1, prev: first.opId, wallTimeUs: first.wallTimeUs + 1 };
    const second = await host.pen.typed(EDITOR, 8, "b", after);
    const pushed = [
      host.push(2, first),
      host.push(1, await host.typed(FOUNDER, 9)),
      host.push(2, second),
      host.say(3, { type: "set_presence", payload: Uint8Array.of(1) }),
    ];
    await host.settle();
    expect(host.take()).toEqual([]);
    host.pass(100);
    await Promise.all(pushed);
    expect(shortly(host.happened)).toEqual([
      "stored 7,8,9",
      "ack to 2",
      "ack to 1",
      "deliver to 1",
      "deliver to 2",
      "deliver to 3",
      "peer_presence to 1",
      "peer_presence to 2",
    ]);
    expect(acksIn(host.got(2))).toEqual([[7, 9]]);
    expect(host.log.read(7, 9).map(({ opId }) => opId)).toContainEqual(second.opId);
  });

  it("[W22] sends ops whole to the socket over which they came where most of the message is of others", async () => {
    const host = await busy();
    const first = await host.typed(FOUNDER, 8);
    const after = { ctr: first.ctr + 1, prev: first.opId, wallTimeUs: first.wallTimeUs + 1 };
    const second = await host.pen.typed(FOUNDER, 9, "b", after);
    const pushed = [host.push(2, await host.typed(EDITOR, 7)), host.push(1, first, second)];
    await host.settle();
    host.pass(20);
    await Promise.all(pushed);
    const kinds = new Map(
      host.take().flatMap((event) => {
        const isDelivery = event.type === "sent" && event.message.type === "deliver";
        return isDelivery ? [[event.to, event.message.items.map(({ type }) => type)] as const] : [];
      }),
    );
    expect(kinds.get(1)).toEqual(["op", "own", "own"]);
    expect(kinds.get(2)).toEqual(["op", "op", "op"]);
  });

  it("[W55] takes an op at once where it has taken nothing for 5 ms", async () => {
    const host = await busy();
    host.pass(20);
    await host.push(2, await host.typed(EDITOR, 7));
    expect(shortly(host.take())[0]).toBe("stored 7");
  });

  it("[W16] keeps refusals and acknowledgements of one socket in the order of its frames", async () => {
    const host = await busy();
    const bad = await host.pen.typed(EDITOR, 6, "x", { prev: new Uint8Array(32).fill(1) });
    const good = await host.typed(EDITOR, 7);
    const pushed = [host.push(2, good), host.push(2, bad), host.push(2, good)];
    await host.settle();
    host.pass(20);
    await Promise.all(pushed);
    const answers = host.got(2).filter(({ type }) => type === "ack" || type === "nack");
    expect(answers).toMatchObject([
      { type: "ack", ops: [{ opId: good.opId, seq: 7 }] },
      { type: "nack", opId: bad.opId },
      { type: "ack", ops: [{ opId: good.opId, seq: 7 }] },
    ]);
  });

  it("[W26] cuts off whoever loses access by an op of the same commit before their next frame is dealt with", async () => {
    const host = await busy();
    const control = await host.pen.op(FOUNDER, "control", host.pen.control([grantTo(EDITOR.principal, null)]));
    const before = await host.typed(EDITOR, 7);
    const after = { ctr: before.ctr + 1, prev: before.opId, wallTimeUs: before.wallTimeUs + 1 };
    const pushed = [
      host.push(2, before),
      host.push(1, control),
      host.push(2, await host.pen.typed(EDITOR, 8, "b", after)),
    ];
    await host.settle();
    host.pass(20);
    await Promise.all(pushed);
    expect(shortly(host.take())).toEqual([
      "stored 7,8",
      "ack to 2",
      "ack to 1",
      "closed 2: access_ended",
      "deliver to 1",
      "deliver to 3",
    ]);
  });

  it("[W15] stores what came before a HELLO or a broken frame before it answers that", async () => {
    const host = await busy();
    const hello = await host.hello(VIEWER);
    const last = await host.typed(FOUNDER, 8);
    const pushed = [host.push(2, await host.typed(EDITOR, 7))];
    host.room.open(4, host.visitor(VIEWER), NONCE);
    pushed.push(host.say(4, hello), host.push(1, last), host.room.receive(1, Uint8Array.of(1)));
    await host.settle();
    host.pass(20);
    await Promise.all(pushed);
    expect(shortly(host.take())).toEqual([
      "stored 7",
      "ack to 2",
      "welcome to 4",
      "stored 8",
      "ack to 1",
      "closed 1: frame_malformed",
      "deliver to 2",
      "deliver to 3",
      "deliver to 4",
    ]);
  });

  it("[W55] deals with nothing of a socket that has gone, and with all of the others", async () => {
    const host = await busy();
    const pushed = [host.push(2, await host.typed(EDITOR, 7)), host.push(1, await host.typed(FOUNDER, 8))];
    await host.settle();
    host.room.leave(2);
    host.pass(20);
    await Promise.all(pushed);
    expect(shortly(host.take())).toEqual(["stored 7", "ack to 1", "deliver to 1", "deliver to 3"]);
  });

  it("[W15] answers nobody where the log does not keep them", async () => {
    const host = await busy();
    const pushed = [host.push(2, await host.typed(EDITOR, 7)), host.push(1, await host.typed(FOUNDER, 8))];
    await host.settle();
    host.isDiskFull = true;
    host.pass(20);
    const ends = await Promise.allSettled(pushed);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    host.isDiskFull = false;
    await expect(host.push(1, await host.typed(FOUNDER, 9))).rejects.toThrow("open the room anew");
    expect(host.take()).toEqual([]);
  });

  it("[W55] writes of its own in the turn in which they were asked for", async () => {
    const host = await busy();
    const pushed = host.push(2, await host.typed(EDITOR, 7));
    const written = host.room.changeGrants([grantTo(VIEWER.principal, "editor")], {
      by: FOUNDER.principal,
      via: "api",
      session: null,
    });
    const last = host.push(1, await host.typed(FOUNDER, 8));
    await host.settle();
    host.pass(5);
    await host.settle();
    host.pass(20);
    await Promise.all([pushed, last]);
    expect(await written).toEqual({ ok: true, seq: 9 });
    const stored = shortly(host.take()).filter((line) => line.startsWith("stored"));
    expect(stored).toEqual(["stored 7", "stored 8", "stored 9", "stored 10"]);
  });
});
