// What the gateway writes together is in the log whole or not at all.
import { TEXT_BUCKET } from "@reed/log";
import { describe, expect, it } from "vitest";
import { EDITOR, FOUNDER, typing } from "../../log/src/world.test-support.ts";
import { Host } from "./room.test-support.ts";

const asOwner = { by: FOUNDER.principal, via: "api", session: null } as const;
const asEditor = { by: EDITOR.principal, via: "api", session: null } as const;

const textOf = (host: Host) => [...(host.room.ledger?.vector ?? [])];
const rowsAfter = (host: Host, seq: number): number => host.log.read(seq + 1, 100).length;

describe("several texts by the gateway", () => {
  it("[V9] are all taken, or none where one would not hold", async () => {
    const host = await Host.founded();
    await host.room.writeText(typing(7, "a"), asEditor);
    const { seq } = host.log.read(1, 100).at(-1) ?? { seq: 0 };
    const refused = await host.room.writeTexts(() => [typing(8, "b"), typing(7, "c")], asEditor);
    expect(refused).toEqual({ ok: false, code: "text_clock_reused" });
    expect([rowsAfter(host, seq), textOf(host)]).toEqual([0, [[7, 1]]]);
    const taken = await host.room.writeTexts(() => [typing(8, "b"), typing(9, "c")], asEditor);
    expect(taken).toEqual({ ok: true, seq: seq + 2 });
    expect(textOf(host)).toHaveLength(3);
    expect(host.happened.filter(({ type }) => type === "appended").at(-1)).toEqual({
      type: "appended",
      seqs: [seq + 1, seq + 2],
    });
    expect(await host.room.writeTexts(() => [], asEditor)).toEqual({ ok: true, seq: seq + 2 });
    expect(host.reopened().ledger?.save()).toEqual(host.room.ledger?.save());
  });

  it("[V9] don't fill a full note in part", async () => {
    const host = await Host.founded();
    host.room.isFull = true;
    const result = await host.room.writeTexts(() => [typing(8, "b"), typing(9, "c")], asEditor);
    expect([result, textOf(host)]).toEqual([{ ok: false, code: "note_full" }, []]);
  });
});

describe("a scrub by the gateway", () => {
  it("[V10] begins the text anew in one step, in a full note too", async () => {
    const host = await Host.founded();
    await host.room.writeText(typing(7, "ab"), asEditor);
    host.room.isFull = true;
    const result = await host.room.scrub(() => [typing(8, "b"), typing(9, "c")], asOwner);
    expect(result.ok).toBe(true);
    expect(textOf(host)).toEqual([
      [8, 1],
      [9, 1],
    ]);
    const seqs = host.happened.flatMap((happening) => (happening.type === "appended" ? [happening.seqs.length] : []));
    expect(seqs.at(-1)).toBe(3);
    expect(host.room.ledger?.generations).toMatchObject([{ reason: "scrub" }]);
    expect(host.room.isFull).toBe(true);
    expect(host.reopened().ledger?.save()).toEqual(host.room.ledger?.save());
  });

  it("[V10] takes nothing where it is not an owner's, where its text does not hold, or in compliance mode", async () => {
    const host = await Host.founded();
    await host.room.writeText(typing(7, "ab"), asEditor);
    const before = host.room.ledger?.save();
    expect(await host.room.scrub(() => [typing(8, "b")], asEditor)).toEqual({ ok: false, code: "forbidden" });
    expect(await host.room.scrub(() => [typing(8, "b"), typing(8, "c")], asOwner)).toMatchObject({ ok: false });
    expect(host.room.ledger?.save()).toEqual(before);
    await host.room.control([], { type: "compliance", isOn: true }, asOwner);
    expect(await host.room.scrub(() => [], asOwner)).toEqual({ ok: false, code: "control_invalid" });
    expect(textOf(host)).toEqual([[7, 2]]);
  });

  it("[V11] is followed by nothing of before, not even to a socket that still lacks it", async () => {
    const host = await Host.founded();
    await host.join(1, EDITOR, { lowestVersion: 1, highestVersion: 2 });
    await host.room.writeText(typing(7, "at once"), asEditor);
    await host.room.writeText(typing(8, "a tick later"), asEditor);
    const scrubbed = await host.room.scrub(() => [], asOwner);
    const { ledger } = host.room;
    if (!scrubbed.ok || ledger === null) throw new Error("not scrubbed");
    host.log.drop(scrubbed.seq, 100);
    host.room.installed(ledger.head, new Uint8Array(32));
    host.happened = [];
    host.nowUs += 1_000_000;
    host.room.tick();
    expect(host.happened).toEqual([{ type: "closed", connection: 1, reason: "snapshot_needed" }]);
  });

  it("[V10] works where the gateway has never written before", async () => {
    const host = await Host.founded();
    expect(await host.room.scrub(() => [], asOwner)).toMatchObject({ ok: true });
    expect(await host.room.write(TEXT_BUCKET, typing(8, "b"), asOwner)).toMatchObject({ ok: true });
  });
});
