// Ops as they are delivered to somebody who stands right before them (docs/spec/wire.md, W56 and W57).
import { DecodeError, fromHex, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../vectors/compact.json" with { type: "json" };
import golden from "../../../vectors/ops.json" with { type: "json" };
import chain from "../../../vectors/chain.json" with { type: "json" };
import { encodeDataBody } from "./body.ts";
import { COMPACT_REACH, type CompactOp, compactOp, type CompactPlace, restoreOp } from "./compact-op.ts";
import { Ledger } from "./ledger.ts";
import type { LogRow } from "./log-store.ts";
import { decodeOp, HEADER_BYTES, type Op, type OpFields, OpError } from "./op.ts";
import { ReadingPlace } from "./reading-place.ts";
import {
  type Actor,
  certificateFor,
  EDITOR,
  FOUNDER,
  grantTo,
  SECOND_US,
  seedOf,
  SERVER,
  signatureFaultOf,
  STRANGER,
  VIEWER,
  World,
} from "./world.test-support.ts";
import { encodeEnrol } from "./enrol.ts";

interface Written extends LogRow {
  readonly op: Op;
  readonly compact: CompactOp | null;
}

const PEOPLE: readonly Actor[] = [FOUNDER, EDITOR, VIEWER];
const TRUST = { sha256, below: "trust" } as const;

/** What somebody does next. */
interface Deed {
  readonly who: number;
  readonly what: "text" | "vote" | "grant" | "enrol";
  readonly back: number;
  readonly ctrGap: number;
  readonly wallUs: number;
}

const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({
    who: fc.nat(2),
    what: fc.constantFrom("text", "text", "text", "vote", "grant", "enrol"),
    back: fc.oneof(fc.constant(0), fc.nat(6)),
    ctrGap: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1000 })),
    wallUs: fc.integer({ min: 1, max: 30 * SECOND_US }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** A log, each op with what it came down to at its place. Deeds that the log refuses are left out. */
async function logOf(
  script: readonly Deed[],
): Promise<{ readonly docId: Uint8Array; readonly rows: readonly Written[] }> {
  const world = await World.empty();
  const rows: Written[] = [];
  const add = async (op: Op): Promise<void> => {
    if (world.judge(op) !== "accepted") return;
    const compact = compactOp(op, world.nowUs, world.ledger);
    world.append(op);
    const row = world.rows.at(-1);
    if (row !== undefined) rows.push({ ...row, op, compact });
  };
  await add(world.genesis);
  const enrolOf = async (actor: Actor, changes: Partial<OpFields> = {}): Promise<Op> =>
    world.op(actor, "enrol", encodeEnrol([await certificateFor(actor)]), changes);
  await add(await enrolOf(FOUNDER));
  await add(await world.op(FOUNDER, "control", world.control([grantTo(FOUNDER.principal, "owner")])));
  await add(
    await world.op(
      FOUNDER,
      "control",
      world.control([EDITOR, VIEWER].map((actor) => grantTo(actor.principal, "editor"))),
    ),
  );
  await add(await enrolOf(EDITOR));
  for (const [index, { who, what, back, ctrGap, wallUs }] of script.entries()) {
    const actor = PEOPLE[who] ?? FOUNDER;
    const author = world.ledger.author(actor.signer.publicKey);
    const seenSeq = Math.max(0, world.ledger.head.seq - back);
    const changes: Partial<OpFields> = {
      seenSeq,
      seenChain: world.ledger.chainAt(seenSeq) ?? seedOf(0),
      ctr: (author?.ctr ?? 0) + ctrGap,
      wallTimeUs: Math.max((author?.wallTimeUs ?? 0) + 1, world.nowUs - 10 * SECOND_US + wallUs),
    };
    const vote = encodeDataBody({ bucket: "votes", payload: Uint8Array.of(index) });
    if (what === "text") await add(await world.typed(actor, 100 + index, "ab", changes));
    else if (what === "vote") await add(await world.op(actor, "data", vote, changes));
    else if (what === "enrol") await add(await enrolOf(actor, changes));
    else
      await add(
        await world.op(
          actor,
          "control",
          world.control([grantTo(STRANGER.principal, index % 2 === 0 ? "viewer" : null)]),
          changes,
        ),
      );
  }
  return { docId: world.ledger.docId, rows };
}

/** Takes `row` in as a replica does. */
function take(ledger: Ledger, { op, recvUs }: Written): void {
  const verdict = ledger.check(op, recvUs);
  if (verdict.type === "accepted") ledger.append(op, verdict.effect, recvUs);
  else throw new Error(`refused: ${JSON.stringify(verdict)}`);
}

describe("a compact op", () => {
  it("[W56] is put together again byte for byte by whoever stands right before it, wherever they began and however many come at once", async () => {
    await fc.assert(
      fc.asyncProperty(deeds, fc.nat(20), fc.integer({ min: 1, max: 5 }), async (script, begin, pageOps) => {
        const { docId, rows } = await logOf(script);
        let ledger = new Ledger(docId, TRUST);
        const from = begin % rows.length;
        for (const row of rows.slice(0, from)) take(ledger, row);
        const knownSeq = from;
        ledger = Ledger.load(ledger.save(), TRUST);
        for (let at = from; at < rows.length; at += pageOps) {
          const page = rows.slice(at, at + pageOps);
          const place = new ReadingPlace(ledger, sha256);
          for (const { op, compact, recvUs } of page) {
            if (compact !== null && knownSeq <= compact.fromSeq) {
              const restored = restoreOp(compact.bytes, recvUs, place, sha256);
              expect(restored).toEqual(op);
              expect(decodeOp(restored.envelope, sha256)).toEqual(op);
            }
            place.push(op, recvUs);
          }
          for (const row of page) take(ledger, row);
          expect(place.head).toEqual(ledger.head);
        }
        expect(rows.filter(({ compact }) => compact === null).map(({ seq }) => seq)).toEqual([1]);
      }),
      { numRuns: 60 },
    );
  });

  it("[W56] leaves about 270 bytes of an op of text out", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const compact = compactOp(op, world.nowUs, world.ledger);
    expect(op.envelope.length - (compact?.bytes.length ?? 0)).toBe(273 + 9 - 7);
  });

  it("[W57] is whatever holds of any other op at all, or there is none", async () => {
    const world = await World.founded();
    const hash = fc.constantFrom(seedOf(0), seedOf(9), world.ledger.docId, world.ledger.control?.opId ?? seedOf(1));
    const fields = fc.record(
      {
        type: fc.constantFrom("data", "control", "enrol", "snapshot", "genesis"),
        docId: hash,
        ctr: fc.maxSafeNat(),
        wallTimeUs: fc.maxSafeNat(),
        prev: hash,
        acl: hash,
        seenSeq: fc.oneof(fc.nat(8), fc.maxSafeNat()),
        seenChain: hash,
        body: fc.uint8Array({ maxLength: 20 }),
      } as const,
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fields, fc.constantFrom(EDITOR, STRANGER), fc.maxSafeNat(), async (changes, actor, recvUs) => {
        let op: Op;
        try {
          op = await world.op(actor, "data", new Uint8Array(), changes);
        } catch (error) {
          if (error instanceof OpError) return;
          throw error;
        }
        const compact = compactOp(op, recvUs, world.ledger);
        if (compact !== null) expect(restoreOp(compact.bytes, recvUs, world.ledger, sha256)).toEqual(op);
      }),
      { numRuns: 500 },
    );
  });

  it("[W57] names a device by its whole key where two keys begin alike", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const short = compactOp(op, world.nowUs, world.ledger);
    const { ledger } = world;
    const place: CompactPlace = {
      docId: ledger.docId,
      head: ledger.head,
      control: ledger.control,
      author: (device) => ledger.author(device),
      chainAt: (seq) => ledger.chainAt(seq),
      deviceNamed: () => null,
    };
    const whole = compactOp(op, world.nowUs, place);
    expect((whole?.bytes.length ?? 0) - (short?.bytes.length ?? 0)).toBe(28);
    expect(restoreOp(whole?.bytes ?? new Uint8Array(), world.nowUs, place, sha256)).toEqual(op);
    expect(() => restoreOp(short?.bytes ?? new Uint8Array(), world.nowUs, place, sha256)).toThrow(DecodeError);
  });

  it("[W57] holds the chain value that its author had seen where that lies 2048 positions back, or is not known", async () => {
    const world = await World.founded();
    const { ledger } = world;
    const op = await world.typed(EDITOR, 7, "a", { seenSeq: 3, seenChain: ledger.chainAt(3) ?? seedOf(0) });
    expect(COMPACT_REACH).toBe(2048);
    const at = (seq: number) =>
      compactOp(op, world.nowUs, {
        docId: ledger.docId,
        head: { seq },
        control: ledger.control,
        author: (device) => ledger.author(device),
        deviceNamed: (shortKey) => ledger.deviceNamed(shortKey),
        chainAt: (seenSeq) => ledger.chainAt(seenSeq),
      });
    expect([at(2050)?.fromSeq, at(2051)?.fromSeq]).toEqual([3, 2051]);
    expect((at(2051)?.bytes.length ?? 0) - (at(2050)?.bytes.length ?? 0)).toBe(32);
    const late = Ledger.load(ledger.save(), TRUST);
    const compact = compactOp(op, world.nowUs, ledger);
    expect(() => restoreOp(compact?.bytes ?? new Uint8Array(), world.nowUs, late, sha256)).toThrow(DecodeError);
  });

  it("[W57] that was put together at another place is not the op that was signed", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const compact = compactOp(op, world.nowUs, world.ledger);
    world.append(await world.typed(EDITOR, 8, "b"));
    const other = restoreOp(compact?.bytes ?? new Uint8Array(), world.nowUs, world.ledger, sha256);
    expect(other.opId).not.toEqual(op.opId);
    expect(await signatureFaultOf(other)).toBe("signature");
  });

  it("[W2] of any bytes is an op of the right form, or a DecodeError", async () => {
    const world = await World.founded();
    await world.enrol(SERVER);
    const op = await world.typed(EDITOR, 7, "a");
    const bytes = compactOp(op, world.nowUs, world.ledger)?.bytes ?? new Uint8Array();
    const changed = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, byte]) => bytes.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), fc.maxSafeNat(), (some, recvUs) => {
        try {
          const restored = restoreOp(some, recvUs, world.ledger, sha256);
          expect(decodeOp(restored.envelope, sha256)).toEqual(restored);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("[W56] of the golden ops has the golden bytes", () => {
    const place = new Ledger(fromHex(chain.docId), { sha256, below: "refuse" });
    const found = golden.ops.flatMap(({ envelope }, index) => {
      const op = decodeOp(fromHex(envelope), sha256);
      const recvUs = chain.positions[index]?.recvUs ?? 0;
      const compact = compactOp(op, recvUs, place);
      if (compact !== null) expect(restoreOp(compact.bytes, recvUs, place, sha256)).toEqual(op);
      const verdict = place.check(op, recvUs);
      if (verdict.type === "accepted") place.append(op, verdict.effect, recvUs);
      return compact === null ? [] : [{ seq: index + 1, fromSeq: compact.fromSeq, bytes: toHex(compact.bytes) }];
    });
    expect(found).toEqual(vectors);
    expect(found).toHaveLength(golden.ops.length - 1);
    expect(HEADER_BYTES).toBe(273);
  });
});
