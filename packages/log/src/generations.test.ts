// New beginnings of a log, and the mode in which there are none: who may say so, and what follows.
import { sha256 } from "@reed/crypto";
import { describe, expect, it } from "vitest";
import { encodeDataBody } from "./body.ts";
import { type ControlAct, isScrub } from "./control.ts";
import { Ledger } from "./ledger.ts";
import type { Op } from "./op.ts";
import { GATEWAY, type Principal } from "./principal.ts";
import { META_BUCKET, noteRegisters } from "./registers/note-registers.ts";
import { type Actor, EDITOR, FOUNDER, grantTo, seedOf, SERVER, STRANGER, VIEWER, World } from "./world.test-support.ts";

const COMPLIANT: ControlAct = { type: "compliance", isOn: true };
const FREE: ControlAct = { type: "compliance", isOn: false };
const viewer = grantTo(STRANGER.principal, "viewer");

const generation = (world: World, reason: "scrub" | "restored"): ControlAct => ({
  type: "generation",
  from: world.ledger.head,
  reason,
});

const saying = (
  world: World,
  actor: Actor,
  act: ControlAct,
  changes: Parameters<World["control"]>[0] = [],
): Promise<Op> => world.op(actor, "control", world.control(changes, { act }));

const sayingFor = (world: World, by: Principal, act: ControlAct, changes: Parameters<World["control"]>[0] = []) =>
  world.op(SERVER, "control", world.control(changes, { act, attribution: { by, via: "operator", session: null } }));

async function served(): Promise<World> {
  const world = await World.founded();
  await world.enrol(SERVER);
  return world;
}

describe("a generation", () => {
  it("[L80] continues the position before its own op, and no other", async () => {
    const world = await served();
    const { head } = world.ledger;
    const from = async (seq: number, chain: Uint8Array) =>
      world.judge(await saying(world, FOUNDER, { type: "generation", from: { seq, chain }, reason: "scrub" }));
    expect(await from(head.seq, head.chain)).toBe("accepted");
    expect(await from(head.seq, seedOf(1))).toBe("control_invalid");
    expect(await from(head.seq - 1, world.ledger.chainAt(head.seq - 1) ?? seedOf(1))).toBe("control_invalid");
    expect(await from(head.seq + 1, head.chain)).toBe("control_invalid");
  });

  it("[L80] stands in the list of generations, oldest first, also after save and load", async () => {
    const world = await served();
    const firstFrom = world.ledger.head;
    const first = world.append(await saying(world, FOUNDER, generation(world, "scrub")));
    const secondFrom = world.ledger.head;
    const second = world.append(await sayingFor(world, GATEWAY, generation(world, "restored")));
    const expected = [
      { seq: first.seq, from: firstFrom, reason: "scrub" },
      { seq: second.seq, from: secondFrom, reason: "restored" },
    ];
    expect(world.ledger.generations).toMatchObject(expected);
    expect(Ledger.load(world.ledger.save(), { sha256, below: "refuse" }).generations).toEqual(world.ledger.generations);
  });

  it("[L80] is a control op like any other: numbered, with the hash of the grants, and never the first", async () => {
    const world = await served();
    const act = generation(world, "scrub");
    const judge = async (rest: object) =>
      world.judge(await world.op(FOUNDER, "control", world.control([], { act, ...rest })));
    expect(await judge({ counter: 2 })).toBe("control");
    expect(await judge({ grantsHash: seedOf(1) })).toBe("control_invalid");
    const young = await World.empty();
    young.append(young.genesis);
    await young.enrol(FOUNDER);
    const owner = grantTo(FOUNDER.principal, "owner");
    expect(young.judge(await saying(young, FOUNDER, COMPLIANT, [owner]))).toBe("forbidden");
    expect(young.judge(await saying(young, FOUNDER, COMPLIANT))).toBe("forbidden");
  });

  it("[L72][L80] restored: states the newest position that was found, as far back as the judge can tell", async () => {
    const world = await served();
    const { seq, chain } = world.ledger.head;
    world.append(await world.typed(EDITOR, 7, "a"));
    const from = (at: number, value: Uint8Array): Promise<Op> =>
      sayingFor(world, GATEWAY, { type: "generation", from: { seq: at, chain: value }, reason: "restored" });
    expect(world.judge(await from(seq, chain))).toBe("accepted");
    expect(world.judge(await from(seq, seedOf(1)))).toBe("control_invalid");
    expect(world.judge(await from(seq + 2, chain))).toBe("control_invalid");
    const loaded = Ledger.load(world.ledger.save(), { sha256, below: "trust" });
    expect(loaded.check(await from(seq, seedOf(1)), world.nowUs).type).toBe("accepted");
    expect(loaded.check(await from(seq + 1, seedOf(1)), world.nowUs).type).toBe("refused");
  });

  it("[L81] restored: is said by the gateway for itself, and changes no grant", async () => {
    const world = await served();
    const act = generation(world, "restored");
    expect(world.judge(await sayingFor(world, GATEWAY, act))).toBe("accepted");
    expect(world.judge(await sayingFor(world, GATEWAY, act, [viewer]))).toBe("forbidden");
    expect(world.judge(await sayingFor(world, FOUNDER.principal, act))).toBe("forbidden");
    expect(world.judge(await saying(world, FOUNDER, act))).toBe("forbidden");
    expect(world.judge(await saying(world, SERVER, act))).toBe("body");
  });

  it("[L81] the gateway for itself says nothing else", async () => {
    const world = await served();
    for (const act of [generation(world, "scrub"), COMPLIANT, FREE]) {
      expect(world.judge(await sayingFor(world, GATEWAY, act))).toBe("forbidden");
    }
  });

  it("[L82] scrub: is an owner's, by an own device or by the gateway", async () => {
    const world = await served();
    const act = generation(world, "scrub");
    expect(world.judge(await saying(world, FOUNDER, act))).toBe("accepted");
    expect(world.judge(await saying(world, FOUNDER, act, [viewer]))).toBe("accepted");
    expect(world.judge(await sayingFor(world, FOUNDER.principal, act))).toBe("accepted");
    for (const actor of [EDITOR, VIEWER]) {
      expect(world.judge(await saying(world, actor, act))).toBe("forbidden");
      expect(world.judge(await sayingFor(world, actor.principal, act))).toBe("forbidden");
    }
  });

  it("[L83] scrub: begins the text anew, under new clientIDs, and keeps all other buckets", async () => {
    const world = await served();
    world.append(await world.typed(EDITOR, 7, "secret"));
    world.append(await world.op(EDITOR, "data", encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) })));
    expect(world.judge(await world.typed(FOUNDER, 7, "a"))).toBe("text_foreign_client");
    world.append(await saying(world, FOUNDER, generation(world, "scrub")));
    expect([world.ledger.vector.size, world.ledger.claims.size]).toEqual([0, 0]);
    expect(world.ledger.entries("votes")).toHaveLength(1);
    world.append(await world.typed(FOUNDER, 8, "a"));
    expect([...world.ledger.vector]).toEqual([[8, 1]]);
  });

  it("[L83] scrub: lets nobody go on under a clientID of a text that is gone, however often it was", async () => {
    const world = await served();
    world.append(await world.typed(EDITOR, 7, "secret"));
    world.append(await saying(world, FOUNDER, generation(world, "scrub")));
    world.append(await world.typed(EDITOR, 8, "secret"));
    world.append(await saying(world, FOUNDER, generation(world, "scrub")));
    for (const ledger of [world.ledger, Ledger.load(world.ledger.save(), { sha256, below: "refuse" })]) {
      for (const [actor, client] of [
        [EDITOR, 7],
        [EDITOR, 8],
        [FOUNDER, 7],
      ] as const) {
        const op = await world.typed(actor, client, "again");
        expect(ledger.check(op, world.nowUs)).toEqual({ type: "refused", fault: "text_foreign_client" });
      }
      expect(ledger.check(await world.typed(EDITOR, 9, "new"), world.nowUs).type).toBe("accepted");
    }
  });

  it("[L86] behind: what a device writes to the text without having seen the newest scrub, in no other bucket", async () => {
    const world = await served();
    const { seq, chain } = world.ledger.head;
    const acl = world.ledger.aclFor(EDITOR.signer.publicKey, seq);
    const scrubbed = world.append(await saying(world, FOUNDER, generation(world, "scrub")));
    const before = { seenSeq: seq, seenChain: chain, acl };
    const vote = encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) });
    for (const ledger of [world.ledger, Ledger.load(world.ledger.save(), { sha256, below: "trust" })]) {
      const judge = (op: Op) => ledger.check(op, world.nowUs);
      expect(judge(await world.typed(EDITOR, 7, "a", before))).toEqual({ type: "refused", fault: "behind" });
      expect(judge(await world.op(EDITOR, "data", vote, before)).type).toBe("accepted");
      expect(judge(await world.typed(EDITOR, 7, "a", { seenSeq: scrubbed.seq })).type).toBe("accepted");
    }
  });

  it("[L83] restored: leaves the text as it is", async () => {
    const world = await served();
    world.append(await world.typed(EDITOR, 7, "text"));
    world.append(await sayingFor(world, GATEWAY, generation(world, "restored")));
    expect(world.ledger.vector.get(7)).toBe(4);
    expect(world.ledger.claims.size).toBe(1);
  });

  it("[L83] scrub: is told from an op's type and body alone", async () => {
    const world = await served();
    const scrub = await saying(world, FOUNDER, generation(world, "scrub"));
    expect(isScrub(scrub)).toBe(true);
    expect(isScrub({ ...scrub, type: "data" })).toBe(false);
    expect(isScrub(await sayingFor(world, GATEWAY, generation(world, "restored")))).toBe(false);
    expect(isScrub(await saying(world, FOUNDER, COMPLIANT))).toBe(false);
    expect(isScrub({ type: "control", body: Uint8Array.of(0xa0) })).toBe(false);
  });
});

describe("compliance mode", () => {
  it("[L84] is switched by owners, and the log remembers it", async () => {
    const world = await served();
    expect(world.ledger.isCompliant).toBe(false);
    for (const act of [COMPLIANT, FREE]) expect(world.judge(await saying(world, EDITOR, act))).toBe("forbidden");
    world.append(await saying(world, FOUNDER, COMPLIANT));
    const loaded = Ledger.load(world.ledger.save(), { sha256, below: "refuse" });
    expect([world.ledger.isCompliant, loaded.isCompliant]).toEqual([true, true]);
    await world.change(FOUNDER, [viewer]);
    expect(world.ledger.isCompliant).toBe(true);
    world.append(await sayingFor(world, FOUNDER.principal, FREE));
    expect(world.ledger.isCompliant).toBe(false);
  });

  it("[L85] refuses a scrub, and a restore never", async () => {
    const world = await served();
    world.append(await saying(world, FOUNDER, COMPLIANT));
    for (const ledger of [world.ledger, Ledger.load(world.ledger.save(), { sha256, below: "trust" })]) {
      const scrub = await saying(world, FOUNDER, generation(world, "scrub"));
      expect(ledger.check(scrub, world.nowUs)).toEqual({ type: "refused", fault: "control_invalid" });
    }
    expect(world.judge(await sayingFor(world, FOUNDER.principal, generation(world, "scrub")))).toBe("control_invalid");
    expect(world.judge(await sayingFor(world, GATEWAY, generation(world, "restored")))).toBe("accepted");
    world.append(await saying(world, FOUNDER, FREE));
    expect(world.judge(await saying(world, FOUNDER, generation(world, "scrub")))).toBe("accepted");
  });
});

describe("a locked text", () => {
  it("[L49] locked: is written by owners only, until it is unlocked", async () => {
    const world = await served();
    const setting = (locked: boolean) =>
      encodeDataBody({
        bucket: META_BUCKET,
        payload: noteRegisters.write({ locked }, world.nowUs),
      });
    world.append(await world.op(FOUNDER, "data", setting(true)));
    for (const ledger of [world.ledger, Ledger.load(world.ledger.save(), { sha256, below: "refuse" })]) {
      const judge = (op: Op) => ledger.check(op, world.nowUs);
      expect(judge(await world.typed(EDITOR, 7, "a"))).toEqual({ type: "refused", fault: "locked" });
      expect(judge(await world.typed(FOUNDER, 7, "a")).type).toBe("accepted");
      const byGateway = await world.typedFor({ by: EDITOR.principal, via: "yjs", session: null }, 7, "a");
      expect(judge(byGateway)).toEqual({ type: "refused", fault: "locked" });
      const vote = encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) });
      expect(judge(await world.op(EDITOR, "data", vote)).type).toBe("accepted");
    }
    world.append(await world.op(FOUNDER, "data", setting(false)));
    expect(world.judge(await world.typed(EDITOR, 7, "a"))).toBe("accepted");
  });
});
