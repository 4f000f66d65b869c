// Who is sent ops without what they can tell themselves (docs/spec/wire.md, W56 to W58).
import { sha256 } from "@reed/crypto";
import { Ledger, type LogRow, restoreOp } from "@reed/log";
import type { Deliver } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import { EDITOR, FOUNDER, VIEWER } from "../../log/src/world.test-support.ts";
import { Host } from "./room.test-support.ts";

const V3 = { lowestVersion: 1, highestVersion: 3 } as const;
const V2 = { lowestVersion: 1, highestVersion: 2 } as const;

/** The kinds of the items that each socket got since the last call. */
function kinds(host: Host): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  for (const event of host.take()) {
    if (event.type !== "sent" || event.message.type !== "deliver") continue;
    found.set(event.to, [...(found.get(event.to) ?? []), ...event.message.items.map(({ type }) => type)]);
  }
  return found;
}

const delivered = (host: Host, to: number): Deliver | undefined =>
  host
    .take()
    .flatMap((event) =>
      event.type === "sent" && event.to === to && event.message.type === "deliver" ? [event.message] : [],
    )[0];

describe("a room sends an op compact", () => {
  it("[W58] to sockets of version 3, and whole to all others", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V3);
    await host.join(2, VIEWER, V3);
    await host.join(3, VIEWER, V2);
    await host.join(4, VIEWER);
    host.take();
    host.pass(50);
    await host.push(1, await host.typed(EDITOR, 7));
    expect(kinds(host)).toEqual(
      new Map([
        [1, ["own"]],
        [2, ["compact"]],
        [3, ["op"]],
        [4, ["op"]],
      ]),
    );
  });

  it("[W58] so that it is the op that was signed, in a message with others too", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V3);
    await host.join(2, FOUNDER, V3);
    host.pass(50);
    await host.push(1, await host.typed(EDITOR, 7));
    host.take();
    const first = host.room.ledger?.head.seq ?? 0;
    const at = Ledger.load(host.room.ledger?.save() ?? new Uint8Array(), { sha256, below: "trust" });
    host.pass(1);
    await host.push(1, await host.typed(EDITOR, 8));
    host.pass(1);
    await host.push(1, await host.typed(EDITOR, 9));
    await host.push(2, await host.typed(FOUNDER, 10));
    host.pass(50);
    const deliver = delivered(host, 2);
    expect(deliver?.items.map(({ type }) => type)).toEqual(["compact", "compact", "compact"]);
    const rows: readonly LogRow[] = host.log.read(first + 1, 9);
    const [item] = deliver?.items ?? [];
    if (item?.type !== "compact") throw new Error("nothing compact");
    expect(restoreOp(item.bytes, item.recvUs, at, sha256).envelope).toEqual(rows[0]?.envelope);
  });

  it("[W58] only to who has read the position that its author had seen", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V3);
    const before = host.room.ledger?.head ?? { seq: 0, chain: new Uint8Array(32) };
    await host.push(1, await host.typed(EDITOR, 7));
    await host.join(2, VIEWER, V3);
    host.pass(50);
    host.take();
    const seen = { seenSeq: before.seq, seenChain: before.chain };
    await host.push(1, await host.pen.typed(EDITOR, 8, "b", { ...seen, wallTimeUs: host.nowUs }));
    expect(kinds(host)).toEqual(
      new Map([
        [1, ["own"]],
        [2, ["op"]],
      ]),
    );
    host.pass(50);
    await host.push(1, await host.typed(EDITOR, 9));
    expect(kinds(host)).toEqual(
      new Map([
        [1, ["own"]],
        [2, ["compact"]],
      ]),
    );
  });

  it("[W58] to a socket that outlived the room's memory from what it was told of on", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V3);
    const kept = [...host.kept.values()];
    const before = host.room.ledger?.head ?? { seq: 0, chain: new Uint8Array(32) };
    await host.push(1, await host.typed(EDITOR, 7));
    host.reopen();
    for (const state of kept) host.room.resume(state);
    await host.join(2, EDITOR, V3);
    host.take();
    host.pass(50);
    const seen = { seenSeq: before.seq, seenChain: before.chain };
    await host.push(2, await host.pen.typed(EDITOR, 8, "b", { ...seen, wallTimeUs: host.nowUs }));
    host.pass(50);
    await host.push(2, await host.typed(EDITOR, 9));
    expect(kinds(host).get(1)).toEqual(["op", "compact"]);
  });

  it("[W58] as long as it is in memory: what is read from the log comes whole", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, V3);
    await host.push(1, await host.typed(EDITOR, 7));
    await host.join(2, VIEWER, { ...V3, cursor: { seq: 0, chain: new Uint8Array(32) } });
    host.pass(50);
    expect(new Set(kinds(host).get(2))).toEqual(new Set(["op"]));
  });
});
