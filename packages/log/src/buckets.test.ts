// Buckets through one interface: those that the log knows, those that it only keeps, and reducers of programs around it.
import { encodeUtf8 } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAttributed } from "./attribution.ts";
import { encodeDataBody, TEXT_BUCKET } from "./body.ts";
import { MAX_BUCKETS } from "./buckets.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { hexKey } from "./ids.ts";
import { MAX_KEPT_BYTES } from "./kept-bucket.ts";
import { Ledger } from "./ledger.ts";
import type { Op } from "./op.ts";
import { type BucketEntry, foldEntries, type Reducer } from "./reducer.ts";
import { JOIN, seatsOf, SIGN_UP_BUCKET, type SignUp, signUpReducer, WITHDRAW } from "./sign-up.test-support.ts";
import { textReducer } from "./text-reducer.ts";
import { tallyOf, VOTE_BUCKET, votePayload, voteReducer } from "./vote.test-support.ts";
import { type Actor, EDITOR, FOUNDER, grantTo, SERVER, STRANGER, typing, VIEWER, World } from "./world.test-support.ts";

const reloaded = (ledger: Ledger): Ledger => Ledger.load(ledger.save(), { sha256, below: "refuse" });

const writing = (world: World, actor: Actor, bucket: string, payload: Uint8Array): Promise<Op> =>
  world.op(actor, "data", encodeDataBody({ bucket, payload }));

async function write(world: World, actor: Actor, bucket: string, payload: Uint8Array): Promise<void> {
  world.append(await writing(world, actor, bucket, payload));
}

async function crowd(): Promise<World> {
  const world = await World.founded();
  await world.change(FOUNDER, [grantTo(VIEWER.principal, "editor"), grantTo(STRANGER.principal, "editor")]);
  await world.enrol(STRANGER);
  await world.enrol(SERVER);
  return world;
}

describe("an entry", () => {
  it("[L45] says where it stands, who wrote it, for whom and with which role", async () => {
    const world = await crowd();
    const op = await writing(world, EDITOR, "votes", Uint8Array.of(7));
    const recvUs = world.nowUs;
    const { seq } = world.append(op);
    expect(world.ledger.entries("votes")).toEqual([
      {
        seq,
        recvUs,
        wallTimeUs: op.wallTimeUs,
        opId: op.opId,
        author: EDITOR.signer.publicKey,
        by: [EDITOR.principal],
        role: "editor",
        claimant: hexKey(EDITOR.signer.publicKey),
        payload: Uint8Array.of(7),
      },
    ]);
  });

  it("[L45] that the gateway writes is of the person whom it names, and of nobody else's", async () => {
    const world = await crowd();
    const attribution = { by: FOUNDER.principal, via: "api", session: null } as const;
    await write(world, SERVER, "votes", encodeAttributed(attribution, Uint8Array.of(7)));
    expect(world.ledger.entries("votes")).toMatchObject([
      {
        by: [FOUNDER.principal],
        role: "owner",
        claimant: `${hexKey(SERVER.signer.publicKey)} ${FOUNDER.principal}`,
        payload: Uint8Array.of(7),
      },
    ]);
    expect(world.judge(await writing(world, SERVER, "votes", Uint8Array.of(7)))).toBe("body");
  });

  it("[L45] keeps the role that its author had then", async () => {
    const world = await crowd();
    await write(world, EDITOR, "votes", Uint8Array.of(1));
    await world.change(FOUNDER, [grantTo(EDITOR.principal, "owner")]);
    await write(world, EDITOR, "votes", Uint8Array.of(2));
    expect(world.ledger.entries("votes").map(({ role }) => role)).toEqual(["editor", "owner"]);
  });

  it("[L35][L45] needs a role that may write, whatever the bucket", async () => {
    const world = await World.founded();
    expect(world.judge(await writing(world, VIEWER, "votes", Uint8Array.of(1)))).toBe("forbidden");
  });
});

describe("a kept bucket", () => {
  it("[L46] holds its entries in the order of the log, also after save and load", async () => {
    const world = await crowd();
    for (const actor of [EDITOR, FOUNDER, EDITOR]) await write(world, actor, "votes", Uint8Array.of(1));
    await write(world, EDITOR, "other", Uint8Array.of(2));
    const entries = world.ledger.entries("votes");
    expect(entries.map(({ author }) => author)).toEqual(
      [EDITOR, FOUNDER, EDITOR].map(({ signer }) => signer.publicKey),
    );
    const loaded = reloaded(world.ledger);
    expect(loaded.entries("votes")).toEqual(entries);
    expect(loaded.entries("other")).toEqual(world.ledger.entries("other"));
    expect([world.ledger.entries("none"), world.ledger.entries(TEXT_BUCKET)]).toEqual([[], []]);
  });

  it("[L46] keeps what came, whatever becomes of the buffer that it came in", async () => {
    const world = await crowd();
    const op = await writing(world, EDITOR, "votes", Uint8Array.of(1, 2));
    world.append(op);
    const before = world.ledger.save();
    op.envelope.fill(0);
    expect(world.ledger.save()).toEqual(before);
  });

  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "0",
    "10",
    "\uFEFFtext",
    "text ",
    "TEXT",
    "e\u0301",
    "\u00E9",
    "\0",
    "😀",
    "x".repeat(32),
  ];

  it("[L46] may have any name of 1 to 32 bytes, and each is its own", async () => {
    const world = await crowd();
    for (const [index, name] of names.entries()) await write(world, EDITOR, name, Uint8Array.of(index));
    for (const ledger of [world.ledger, reloaded(world.ledger), reloaded(reloaded(world.ledger))]) {
      expect(names.map((name) => ledger.entries(name).map(({ payload }) => payload[0]))).toEqual(
        names.map((_name, index) => [index]),
      );
      expect(ledger.save()).toEqual(world.ledger.save());
      expect(ledger.vector.size).toBe(0);
    }
    expect(Object.keys({})).toEqual([]);
  });

  it("[L46] may have any name that a data body can state", async () => {
    const world = await crowd();
    const before = world.ledger.save();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }).filter((name) => encodeUtf8(name).length <= 32),
        async (name) => {
          const fresh = World.around(world.genesis, Ledger.load(before, { sha256, below: "refuse" }));
          fresh.nowUs = world.nowUs;
          await write(fresh, EDITOR, name, Uint8Array.of(1));
          expect(reloaded(fresh.ledger).entries(name)).toEqual(fresh.ledger.entries(name));
        },
      ),
      { numRuns: 50, examples: [["\uFEFF"], ["\uFFFE"], ["__proto__"]] },
    );
  });

  it("[L47] bucket_full: has 256 KiB, where an entry weighs its payload, 192 and 64 for each principal", async () => {
    expect(MAX_KEPT_BYTES).toBe(256 * 1024);
    const world = await crowd();
    const half = MAX_KEPT_BYTES / 2;
    await write(world, EDITOR, "files", new Uint8Array(half - 256));
    const fits = await writing(world, EDITOR, "files", new Uint8Array(half - 256));
    const fitsNot = await writing(world, EDITOR, "files", new Uint8Array(half - 255));
    for (const ledger of [world.ledger, reloaded(world.ledger)]) {
      expect(ledger.check(fits, world.nowUs).type).toBe("accepted");
      expect(ledger.check(fitsNot, world.nowUs)).toEqual({ type: "refused", fault: "bucket_full" });
    }
    world.append(fits);
    const empty = await writing(world, EDITOR, "files", new Uint8Array());
    expect(reloaded(world.ledger).check(empty, world.nowUs)).toEqual({ type: "refused", fault: "bucket_full" });
    expect(world.judge(empty)).toBe("bucket_full");
    expect(world.judge(await writing(world, EDITOR, "more", new Uint8Array(half - 256)))).toBe("accepted");
  });

  it("[L47] bucket_full: weighs more where a device speaks for more than one", async () => {
    const world = await crowd();
    await world.enrol({ ...EDITOR, principal: STRANGER.principal });
    expect(world.judge(await writing(world, EDITOR, "files", new Uint8Array(MAX_KEPT_BYTES - 256 - 63)))).toBe(
      "bucket_full",
    );
    expect(world.judge(await writing(world, EDITOR, "files", new Uint8Array(MAX_KEPT_BYTES - 256 - 64)))).toBe(
      "accepted",
    );
  });

  it("[L47] bucket_full: is one of at most 32", async () => {
    expect(MAX_BUCKETS).toBe(32);
    const world = await crowd();
    for (let index = 0; index < 32; index += 1) await write(world, EDITOR, `b${index}`, Uint8Array.of(1));
    for (const ledger of [world.ledger, reloaded(world.ledger)]) {
      const judge = (op: Op) => ledger.check(op, world.nowUs);
      expect(judge(await writing(world, EDITOR, "b32", Uint8Array.of(1)))).toEqual({
        type: "refused",
        fault: "bucket_full",
      });
      expect(judge(await writing(world, EDITOR, "b31", Uint8Array.of(1))).type).toBe("accepted");
      expect(judge(await world.typed(EDITOR, 7, "a")).type).toBe("accepted");
    }
  });

  it("[L40][L47] an op for a full bucket that is delivered all the same adds nothing to it", async () => {
    const world = await crowd();
    await write(world, EDITOR, "files", new Uint8Array(MAX_KEPT_BYTES - 256));
    const op = await writing(world, EDITOR, "files", Uint8Array.of(1));
    expect(world.judge(op)).toBe("bucket_full");
    world.ledger.appendVoid(op, world.nowUs);
    expect(world.ledger.entries("files")).toHaveLength(1);
    expect(reloaded(world.ledger).entries("files")).toHaveLength(1);
  });
});

describe("a reducer", () => {
  it("[L48] folds kept entries: a sign-up list goes by the order of the log", async () => {
    const world = await crowd();
    const step = (actor: Actor, payload: Uint8Array) => write(world, actor, SIGN_UP_BUCKET, payload);
    await step(VIEWER, JOIN);
    await step(EDITOR, JOIN);
    await step(EDITOR, JOIN);
    await step(STRANGER, JOIN);
    await step(FOUNDER, WITHDRAW);
    await step(FOUNDER, Uint8Array.of(9));
    const listed = () => seatsOf(foldEntries(signUpReducer, world.ledger.entries(SIGN_UP_BUCKET)), 2);
    expect(listed()).toEqual({ going: [VIEWER.principal, EDITOR.principal], waiting: [STRANGER.principal] });
    await step(VIEWER, WITHDRAW);
    expect(listed()).toEqual({ going: [EDITOR.principal, STRANGER.principal], waiting: [] });
    await step(VIEWER, JOIN);
    expect(listed()).toEqual({ going: [EDITOR.principal, STRANGER.principal], waiting: [VIEWER.principal] });
  });

  it("[L48] folds kept entries: a vote goes by author, the last word of each", async () => {
    const world = await crowd();
    const vote = (actor: Actor, choice: string) => write(world, actor, VOTE_BUCKET, votePayload(choice));
    await vote(EDITOR, "tea");
    await vote(VIEWER, "tea");
    await vote(EDITOR, "coffee");
    await vote(STRANGER, "x".repeat(65));
    const attribution = { by: FOUNDER.principal, via: "discord", session: null } as const;
    await write(world, SERVER, VOTE_BUCKET, encodeAttributed(attribution, votePayload("tea")));
    const votes = foldEntries(voteReducer, world.ledger.entries(VOTE_BUCKET));
    expect(Object.fromEntries(tallyOf(votes))).toEqual({ tea: 2, coffee: 1 });
  });

  it("[L48] of votes does not depend on the order of different authors", async () => {
    const world = await crowd();
    const ballots: readonly (readonly [Actor, string])[] = [
      [EDITOR, "tea"],
      [VIEWER, "\uFEFFtea"],
      [FOUNDER, "tea"],
      [EDITOR, "coffee"],
    ];
    for (const [actor, choice] of ballots) await write(world, actor, VOTE_BUCKET, votePayload(choice));
    const [first, ...others] = world.ledger.entries(VOTE_BUCKET);
    const last = others.pop();
    if (first === undefined || last === undefined) throw new Error("no entries");
    const votes = foldEntries(voteReducer, [...others.toReversed(), first, last]);
    expect(voteReducer.save(votes)).toEqual(
      voteReducer.save(foldEntries(voteReducer, world.ledger.entries(VOTE_BUCKET))),
    );
    expect(voteReducer.load(decodeCbor(encodeCbor(voteReducer.save(votes))))).toEqual(votes);
  });

  it("[L48] gives the same after save and load, at any place and of the fold or of the entries", async () => {
    const steps = fc.array(
      fc.record({
        actor: fc.constantFrom(FOUNDER, EDITOR, VIEWER, STRANGER),
        bucket: fc.constantFrom(SIGN_UP_BUCKET, VOTE_BUCKET),
        payload: fc.constantFrom(JOIN, WITHDRAW, votePayload("tea"), votePayload("coffee"), new Uint8Array()),
        isSaved: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    const start = await crowd();
    const saved = start.ledger.save();
    await fc.assert(
      fc.asyncProperty(steps, async (happenings) => {
        const world = World.around(start.genesis, Ledger.load(saved, { sha256, below: "refuse" }));
        world.nowUs = start.nowUs;
        let copy = Ledger.load(saved, { sha256, below: "trust" });
        for (const { actor, bucket, payload, isSaved } of happenings) {
          const recvUs = world.nowUs;
          const op = await writing(world, actor, bucket, payload);
          const verdict = copy.check(op, recvUs);
          if (verdict.type !== "accepted") throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
          copy.append(op, verdict.effect, recvUs);
          world.append(op);
          if (isSaved) copy = reloaded(copy);
        }
        expect(foldTwice(signUpReducer, copy.entries(SIGN_UP_BUCKET))).toEqual(
          foldEntries(signUpReducer, world.ledger.entries(SIGN_UP_BUCKET)),
        );
        expect(foldTwice(voteReducer, copy.entries(VOTE_BUCKET))).toEqual(
          foldEntries(voteReducer, world.ledger.entries(VOTE_BUCKET)),
        );
      }),
      { numRuns: 25 },
    );
  });

  /** The fold in two halves, its state saved and loaded between them. */
  function foldTwice<State, Change>(reducer: Reducer<State, Change>, entries: readonly BucketEntry[]): State {
    const half = Math.floor(entries.length / 2);
    const first = foldEntries(reducer, entries.slice(0, half));
    const middle = reducer.load(decodeCbor(encodeCbor(reducer.save(first))));
    return foldEntries({ ...reducer, empty: () => middle }, entries.slice(half));
  }

  it("[L48] changes nothing when it judges, and what it refuses has no effect", () => {
    const entry = (payload: Uint8Array, actor: Actor): BucketEntry => ({
      seq: 1,
      recvUs: 1,
      wallTimeUs: 1,
      opId: new Uint8Array(32),
      author: actor.signer.publicKey,
      by: [actor.principal],
      role: "editor",
      claimant: hexKey(actor.signer.publicKey),
      payload,
    });
    const list: SignUp = [EDITOR.principal];
    expect(signUpReducer.judge(list, entry(JOIN, EDITOR))).toEqual({ ok: false, fault: "twice" });
    expect(signUpReducer.judge(list, entry(WITHDRAW, VIEWER))).toEqual({ ok: false, fault: "not_on_list" });
    expect(voteReducer.judge(new Map(), entry(Uint8Array.of(0xff), EDITOR))).toEqual({ ok: false, fault: "payload" });
    expect(
      foldEntries(signUpReducer, [entry(JOIN, EDITOR), entry(JOIN, EDITOR), entry(encodeUtf8("?"), VIEWER)]),
    ).toEqual([EDITOR.principal]);
  });

  it("[L48] of the log itself is asked by the log, and its state is read by it alone", async () => {
    const world = await crowd();
    await write(world, EDITOR, TEXT_BUCKET, typing(7, "abc"));
    expect(world.ledger.fold(textReducer).vector).toEqual(new Map([[7, 3]]));
    expect(reloaded(world.ledger).fold(textReducer)).toEqual(world.ledger.fold(textReducer));
    expect(world.ledger.fold({ ...textReducer }).vector.size).toBe(0);
    expect(world.ledger.fold(voteReducer).size).toBe(0);
  });
});
