// The fold of a log, fault by fault: who may write what, when and after what.
import { isZero } from "@reed/bytes";
import { sha256, signerFromSeed } from "@reed/crypto";
import { describe, expect, it } from "vitest";
import { encodeAttributed } from "./attribution.ts";
import { encodeDataBody } from "./body.ts";
import { encodeCbor } from "./cbor.ts";
import { extendChain } from "./chain.ts";
import { encodeEnrol } from "./enrol.ts";
import { Ledger } from "./ledger.ts";
import { decodeOp } from "./op.ts";
import { GATEWAY, userPrincipal } from "./principal.ts";
import {
  certificateFor,
  EDITOR,
  FOUNDER,
  genesisFields,
  grantTo,
  linkNamed,
  sealed,
  SECOND_US,
  seedOf,
  SERVER,
  STRANGER,
  textBody,
  typing,
  VIEWER,
  World,
  ZERO_HASH,
} from "./world.test-support.ts";

const LINK_KEY = signerFromSeed(seedOf(8));
const LINK = { signer: STRANGER.signer, principal: linkNamed("editlink") };

describe("a log begins", () => {
  it("[L20] and takes each op once: the same again is a duplicate of its position", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const { seq } = world.append(op);
    expect(world.ledger.check(op, world.nowUs)).toEqual({ type: "duplicate", seq });
    expect(world.judge(world.genesis)).toBe("duplicate");
    expect(world.ledger.head.seq).toBe(seq);
  });

  it("[L21] wrong_note: with another note's docId", async () => {
    const world = await World.founded();
    expect(world.judge(await world.typed(EDITOR, 7, "a", { docId: seedOf(1) }))).toBe("wrong_note");
  });

  it("[L21] wrong_note: with a genesis that is not the one the docId names", async () => {
    const other = await sealed(
      { ...genesisFields(STRANGER.signer.publicKey), body: (await World.empty()).genesis.body },
      STRANGER.signer,
    );
    expect((await World.empty()).judge(other)).toBe("wrong_note");
  });

  it("[L22] founding: with its genesis, the founder's enrolment and the founder's control op, in that order", async () => {
    const world = await World.empty();
    const enrolment = encodeEnrol([await certificateFor(FOUNDER)]);
    const first = world.control([grantTo(FOUNDER.principal, "owner")]);
    expect(world.judge(await world.op(FOUNDER, "enrol", enrolment))).toBe("founding");
    world.append(world.genesis);
    expect(world.judge(await world.op(FOUNDER, "control", first))).toBe("founding");
    expect(world.judge(await world.op(STRANGER, "enrol", encodeEnrol([await certificateFor(STRANGER)])))).toBe(
      "founding",
    );
    world.append(await world.op(FOUNDER, "enrol", enrolment));
    expect(world.judge(await world.typed(FOUNDER, 7, "a"))).toBe("founding");
    expect(world.ledger.isFounded).toBe(false);
    world.append(await world.op(FOUNDER, "control", first));
    expect(world.ledger.isFounded).toBe(true);
    expect(world.ledger.founder).toEqual(FOUNDER.signer.publicKey);
    expect(world.judge(await world.typed(FOUNDER, 7, "a"))).toBe("accepted");
  });

  it("[L22] founding: and never with a second genesis", async () => {
    const world = await World.founded();
    const second = await sealed(
      { ...genesisFields(FOUNDER.signer.publicKey), ctr: 2, body: world.genesis.body },
      FOUNDER.signer,
    );
    expect(world.judge(second)).toBe("founding");
  });

  it("[L41] body: and never with a genesis whose body is not one", async () => {
    const genesis = await sealed(
      { ...genesisFields(FOUNDER.signer.publicKey), body: encodeCbor({ v: 2 }) },
      FOUNDER.signer,
    );
    expect(new Ledger(genesis.opId, { sha256, below: "refuse" }).check(genesis, 0)).toEqual({
      type: "refused",
      fault: "body",
    });
  });
});

describe("an author's line", () => {
  it("[L23] not_enrolled: a device writes nothing but its enrolment before it is enrolled", async () => {
    const world = await World.founded();
    expect(world.judge(await world.typed(STRANGER, 7, "a"))).toBe("not_enrolled");
    expect(world.judge(await world.op(STRANGER, "enrol", encodeEnrol([await certificateFor(STRANGER)])))).toBe(
      "accepted",
    );
  });

  it("[L24] counter: each counter is higher than the author's last, gaps allowed", async () => {
    const world = await World.founded();
    world.append(await world.typed(EDITOR, 7, "a", { ctr: 9 }));
    expect(world.judge(await world.typed(EDITOR, 8, "b", { ctr: 9 }))).toBe("counter");
    expect(world.judge(await world.typed(EDITOR, 8, "b", { ctr: 3 }))).toBe("counter");
    expect(world.judge(await world.typed(EDITOR, 8, "b", { ctr: 1000 }))).toBe("accepted");
  });

  it("[L25] prev: each op names the author's last one, the first names none", async () => {
    const world = await World.founded();
    expect(world.judge(await world.typed(EDITOR, 7, "a", { prev: seedOf(1) }))).toBe("prev");
    expect(world.judge(await world.typed(EDITOR, 7, "a", { prev: ZERO_HASH }))).toBe("prev");
    const enrolment = encodeEnrol([await certificateFor(STRANGER)]);
    expect(world.judge(await world.op(STRANGER, "enrol", enrolment, { prev: seedOf(1) }))).toBe("prev");
  });

  it("[L26] seen_ahead: nobody has seen more than the log holds", async () => {
    const world = await World.founded();
    expect(world.judge(await world.typed(EDITOR, 7, "a", { seenSeq: world.ledger.head.seq + 1 }))).toBe("seen_ahead");
  });

  it("[L27] seen_chain: the chain value is that of the position which was seen, however old", async () => {
    const world = await World.founded();
    const old = world.ledger.chainAt(1) ?? ZERO_HASH;
    expect(world.judge(await world.typed(EDITOR, 7, "a", { seenSeq: 1 }))).toBe("seen_chain");
    expect(world.judge(await world.typed(EDITOR, 7, "a", { seenSeq: 1, seenChain: old }))).toBe("accepted");
    expect(world.judge(await world.typed(EDITOR, 7, "a", { seenSeq: 0, seenChain: world.ledger.docId }))).toBe(
      "accepted",
    );
  });

  it("[L28] acl: an op names the newest control op that it has seen", async () => {
    const world = await World.founded();
    const control = world.ledger.control;
    expect(world.judge(await world.typed(EDITOR, 7, "a", { acl: ZERO_HASH }))).toBe("acl");
    const atThree = { seenSeq: 3, seenChain: world.ledger.chainAt(3) ?? ZERO_HASH };
    expect(world.judge(await world.typed(EDITOR, 7, "a", { ...atThree, acl: control?.opId ?? ZERO_HASH }))).toBe("acl");
    expect(
      world.judge(
        await world.typed(EDITOR, 7, "a", {
          ...atThree,
          acl: decodeOp(world.rows[2]?.envelope ?? ZERO_HASH, sha256).opId,
        }),
      ),
    ).toBe("accepted");
    expect(isZero(world.ledger.aclFor(EDITOR.signer.publicKey, 0))).toBe(true);
  });

  it("[L28] acl: or its own newer control op, which is in its past whatever it has seen", async () => {
    const world = await World.founded();
    const own = world.ledger.control?.opId ?? ZERO_HASH;
    const atThree = { seenSeq: 3, seenChain: world.ledger.chainAt(3) ?? ZERO_HASH };
    expect(world.ledger.aclFor(FOUNDER.signer.publicKey, 3)).toEqual(own);
    expect(world.judge(await world.typed(FOUNDER, 7, "a", atThree))).toBe("accepted");
  });

  it("[L29] clock: a time comes after the author's last one", async () => {
    const world = await World.founded();
    const last = world.ledger.author(EDITOR.signer.publicKey)?.wallTimeUs ?? 0;
    expect(world.judge(await world.typed(EDITOR, 7, "a", { wallTimeUs: last }))).toBe("clock");
    expect(world.judge(await world.typed(EDITOR, 7, "a", { wallTimeUs: last + 1 }))).toBe("accepted");
  });

  it("[L29] clock: and is at most a minute ahead of the receive time, or a second ahead of the newest in the log", async () => {
    const world = await World.founded();
    const limit = world.nowUs + 60 * SECOND_US;
    expect(world.judge(await world.typed(EDITOR, 7, "a", { wallTimeUs: limit + 1 }))).toBe("clock");
    world.append(await world.typed(EDITOR, 7, "a", { wallTimeUs: limit }));
    expect(world.ledger.newestWallUs).toBe(limit);
    world.nowUs -= 30 * SECOND_US;
    expect(world.judge(await world.typed(FOUNDER, 8, "b", { wallTimeUs: limit + SECOND_US }))).toBe("accepted");
    expect(world.judge(await world.typed(FOUNDER, 8, "b", { wallTimeUs: limit + SECOND_US + 1 }))).toBe("clock");
  });
});

describe("enrolment", () => {
  const enrolling = async (world: World, certificates: readonly Uint8Array[], actor = STRANGER) =>
    world.judge(await world.op(actor, "enrol", encodeEnrol(certificates)));

  it("[L30] certificate_invalid: of another device, another note or another platform", async () => {
    const world = await World.founded();
    expect(await enrolling(world, [await certificateFor(STRANGER, { note: world.note })])).toBe("accepted");
    expect(await enrolling(world, [await certificateFor(STRANGER, { device: EDITOR.signer.publicKey })])).toBe(
      "certificate_invalid",
    );
    expect(await enrolling(world, [await certificateFor(STRANGER, { note: new Uint8Array(16) })])).toBe(
      "certificate_invalid",
    );
    expect(await enrolling(world, [await certificateFor(STRANGER, {}, signerFromSeed(seedOf(9)))])).toBe(
      "certificate_invalid",
    );
  });

  it("[L30] certificate_invalid: by a link without that key, without a grant, or for every note", async () => {
    const world = await World.founded();
    const byLink = await certificateFor(LINK, { note: world.note }, LINK_KEY);
    expect(await enrolling(world, [byLink])).toBe("certificate_invalid");
    await world.change(FOUNDER, [grantTo(LINK.principal, "editor", { key: LINK_KEY.publicKey })]);
    expect(await enrolling(world, [byLink])).toBe("accepted");
    expect(await enrolling(world, [await certificateFor(LINK, {}, LINK_KEY)])).toBe("certificate_invalid");
    expect(await enrolling(world, [await certificateFor(LINK, { note: world.note })])).toBe("certificate_invalid");
    await world.change(FOUNDER, [grantTo(LINK.principal, null)]);
    expect(await enrolling(world, [byLink])).toBe("certificate_invalid");
  });

  it("[L31] certificate_expired: before it begins, a minute's skew aside, and from the moment it ends", async () => {
    const world = await World.founded();
    const { nowUs } = world;
    const valid = async (from: number, to: number) =>
      enrolling(world, [await certificateFor(STRANGER, { notBeforeUs: from, notAfterUs: to })]);
    expect(await valid(nowUs + 60 * SECOND_US, nowUs + 90 * SECOND_US)).toBe("accepted");
    expect(await valid(nowUs + 60 * SECOND_US + 1, nowUs + 90 * SECOND_US)).toBe("certificate_expired");
    expect(await valid(0, nowUs + 1)).toBe("accepted");
    expect(await valid(0, nowUs)).toBe("certificate_expired");
  });

  it("[L41] body: with anything but one certificate", async () => {
    const world = await World.founded();
    const one = await certificateFor(STRANGER);
    expect(await enrolling(world, [one, one])).toBe("body");
    expect(world.judge(await world.op(STRANGER, "enrol", Uint8Array.of(1)))).toBe("body");
  });

  it("[L30] a device acts for every principal that it enrolled for", async () => {
    const world = await World.founded();
    await world.change(FOUNDER, [grantTo(LINK.principal, "editor", { key: LINK_KEY.publicKey })]);
    await world.enrol(STRANGER);
    expect(world.ledger.roleOfDevice(STRANGER.signer.publicKey, world.nowUs)).toBeNull();
    world.append(
      await world.op(STRANGER, "enrol", encodeEnrol([await certificateFor(LINK, { note: world.note }, LINK_KEY)])),
    );
    expect(world.ledger.author(STRANGER.signer.publicKey)?.principals).toEqual([STRANGER.principal, LINK.principal]);
    expect(world.ledger.author(STRANGER.signer.publicKey)?.enrolments.map(({ principal }) => principal)).toEqual([
      STRANGER.principal,
      LINK.principal,
    ]);
    expect(world.ledger.roleOfDevice(STRANGER.signer.publicKey, world.nowUs)).toBe("editor");
    expect(world.judge(await world.typed(STRANGER, 7, "a"))).toBe("accepted");
  });
});

describe("a device of many principals", () => {
  const guest = (index: number) => userPrincipal(`00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
  const enrolment = async (world: World, index: number) =>
    world.op(STRANGER, "enrol", encodeEnrol([await certificateFor({ ...STRANGER, principal: guest(index) })]));

  it("[L30] certificate_invalid: has at most 64, and may enrol anew for one of them", async () => {
    const world = await World.founded();
    for (let index = 1; index <= 64; index += 1) world.append(await enrolment(world, index));
    expect(world.judge(await enrolment(world, 65))).toBe("certificate_invalid");
    expect(world.judge(await enrolment(world, 64))).toBe("accepted");
    const loaded = Ledger.load(world.ledger.save(), { sha256, below: "refuse" });
    expect(loaded.author(STRANGER.signer.publicKey)).toEqual(world.ledger.author(STRANGER.signer.publicKey));
  });
});

describe("control ops", () => {
  const changing = async (world: World, actor: typeof FOUNDER, ...args: Parameters<World["control"]>) =>
    world.judge(await world.op(actor, "control", world.control(...args)));
  const viewer = grantTo(STRANGER.principal, "viewer");

  it("[L32] control: each has the next number and names the one before it", async () => {
    const world = await World.founded();
    expect(world.ledger.control?.counter).toBe(2);
    expect(await changing(world, FOUNDER, [viewer], { counter: 2 })).toBe("control");
    expect(await changing(world, FOUNDER, [viewer], { counter: 4 })).toBe("control");
    expect(await changing(world, FOUNDER, [viewer], { prevControl: null })).toBe("control");
    expect(await changing(world, FOUNDER, [viewer], { prevControl: seedOf(1) })).toBe("control");
    expect(await changing(world, FOUNDER, [viewer])).toBe("accepted");
  });

  it("[L32] control: the first has number 1 and names none", async () => {
    const world = await World.empty();
    world.append(world.genesis);
    await world.enrol(FOUNDER);
    const owner = [grantTo(FOUNDER.principal, "owner")];
    expect(await changing(world, FOUNDER, owner, { counter: 2 })).toBe("control");
    expect(await changing(world, FOUNDER, owner, { prevControl: seedOf(1) })).toBe("control");
    expect(await changing(world, FOUNDER, owner)).toBe("accepted");
  });

  it("[L33] forbidden: the first makes its own principal the owner and says nothing else", async () => {
    const world = await World.empty();
    world.append(world.genesis);
    await world.enrol(FOUNDER);
    expect(await changing(world, FOUNDER, [grantTo(STRANGER.principal, "owner")])).toBe("forbidden");
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, "editor")])).toBe("forbidden");
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, "owner"), viewer])).toBe("forbidden");
  });

  it("[L33] forbidden: every later one is an owner's", async () => {
    const world = await World.founded();
    expect(await changing(world, EDITOR, [viewer])).toBe("forbidden");
    expect(await changing(world, VIEWER, [viewer])).toBe("forbidden");
    await world.change(FOUNDER, [grantTo(EDITOR.principal, "owner")]);
    expect(await changing(world, EDITOR, [viewer])).toBe("accepted");
  });

  it("[L34] control_invalid: with another hash than that of the list it leads to", async () => {
    const world = await World.founded();
    expect(await changing(world, FOUNDER, [viewer], { grantsHash: seedOf(1) })).toBe("control_invalid");
  });

  it("[L34] control_invalid: where no owner without an end would be left", async () => {
    const world = await World.founded();
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, null)])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, "editor")])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, "owner", { expiresUs: 1 })])).toBe(
      "control_invalid",
    );
    expect(await changing(world, FOUNDER, [grantTo(FOUNDER.principal, null), grantTo(EDITOR.principal, "owner")])).toBe(
      "accepted",
    );
  });

  it("[L34] control_invalid: with a grant for the gateway, or a key for anything but an edit link", async () => {
    const world = await World.founded();
    const key = LINK_KEY.publicKey;
    expect(await changing(world, FOUNDER, [grantTo(GATEWAY, "editor")])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(STRANGER.principal, "editor", { key })])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(LINK.principal, "viewer", { key })])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(LINK.principal, "editor")])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(LINK.principal, "owner", { key })])).toBe("control_invalid");
    expect(await changing(world, FOUNDER, [grantTo(LINK.principal, "editor", { key })])).toBe("accepted");
  });

  it("[L34] control_invalid: with another role for a link, or with a link that was taken away", async () => {
    const world = await World.founded();
    const link = linkNamed("viewlink");
    expect(await changing(world, FOUNDER, [grantTo(link, null)])).toBe("control_invalid");
    await world.change(FOUNDER, [grantTo(link, "viewer")]);
    expect(await changing(world, FOUNDER, [grantTo(link, "editor", { key: LINK_KEY.publicKey })])).toBe(
      "control_invalid",
    );
    await world.change(FOUNDER, [grantTo(link, null)]);
    expect(await changing(world, FOUNDER, [grantTo(link, "viewer")])).toBe("control_invalid");
    expect(world.ledger.grants.get(link)?.role).toBeNull();
  });

  it("[L41] body: whose body is not one", async () => {
    const world = await World.founded();
    expect(world.judge(await world.op(FOUNDER, "control", Uint8Array.of(0xa0)))).toBe("body");
  });
});

describe("data ops", () => {
  it("[L35] forbidden: need a role that may write when they are received", async () => {
    const world = await World.founded();
    expect(world.judge(await world.typed(VIEWER, 7, "a"))).toBe("forbidden");
    expect(world.judge(await world.typed(EDITOR, 7, "a"))).toBe("accepted");
    await world.change(FOUNDER, [grantTo(EDITOR.principal, null)]);
    expect(world.judge(await world.typed(EDITOR, 7, "a"))).toBe("forbidden");
  });

  it("[L35] forbidden: from the moment on which a grant ends, by the receive time", async () => {
    const world = await World.founded();
    await world.change(FOUNDER, [grantTo(EDITOR.principal, "editor", { expiresUs: world.nowUs + 10 * SECOND_US })]);
    const op = await world.typed(EDITOR, 7, "a");
    world.nowUs += 9 * SECOND_US - 1;
    expect(world.judge(op)).toBe("accepted");
    world.nowUs += 1;
    expect(world.judge(op)).toBe("forbidden");
  });

  it("[L36] the gateway writes for somebody who may write, and names them", async () => {
    const world = await World.founded();
    await world.enrol(SERVER);
    const attribution = { by: EDITOR.principal, via: "api", session: null } as const;
    expect(world.judge(await world.typedFor(attribution, 7, "a"))).toBe("accepted");
    expect(world.judge(await world.typedFor({ ...attribution, by: VIEWER.principal }, 7, "a"))).toBe("forbidden");
    expect(world.judge(await world.op(SERVER, "data", textBody(typing(7, "a"))))).toBe("body");
    const owner = { ...attribution, by: FOUNDER.principal };
    const control = (by: typeof attribution | typeof owner | null) =>
      world.op(SERVER, "control", world.control([grantTo(STRANGER.principal, "viewer")], { attribution: by }));
    expect(world.judge(await control(owner))).toBe("accepted");
    expect(world.judge(await control(attribution))).toBe("forbidden");
    expect(world.judge(await control(null))).toBe("body");
  });

  it("[L36] nobody but the gateway speaks for another", async () => {
    const world = await World.founded();
    const attribution = { by: FOUNDER.principal, via: "api", session: null } as const;
    const control = world.control([grantTo(STRANGER.principal, "viewer")], { attribution });
    expect(world.judge(await world.op(FOUNDER, "control", control))).toBe("body");
    expect(
      world.judge(await world.op(EDITOR, "data", textBody(encodeAttributed(attribution, typing(7, "a"))))),
    ).toMatch(/^text_/);
  });

  it("[L37] a Yjs clientID belongs to its first author, and behind the gateway to author and principal", async () => {
    const world = await World.founded();
    await world.enrol(SERVER);
    world.append(await world.typed(EDITOR, 7, "a"));
    expect(world.judge(await world.typed(FOUNDER, 7, "b"))).toBe("text_foreign_client");
    world.append(await world.typedFor({ by: EDITOR.principal, via: "api", session: null }, 8, "a"));
    expect(world.judge(await world.typedFor({ by: FOUNDER.principal, via: "api", session: null }, 8, "b"))).toBe(
      "text_foreign_client",
    );
    expect(world.judge(await world.typed(EDITOR, 8, "b"))).toBe("text_foreign_client");
    expect(world.ledger.vector.get(7)).toBe(1);
  });

  it("[L38] another bucket is taken whatever its payload is, and grows no text", async () => {
    const world = await World.founded();
    const body = encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) });
    const verdict = world.ledger.check(await world.op(EDITOR, "data", body), world.nowUs);
    expect(verdict).toMatchObject({ type: "accepted", effect: { type: "data", bucket: "votes", insertsUnits: 0 } });
    world.append(await world.op(EDITOR, "data", body));
    expect(world.ledger.vector.size).toBe(0);
  });

  it.each(["cover", "snapshot"])("[L10] bucket: %s is not for data ops", async (bucket) => {
    const world = await World.founded();
    expect(world.judge(await world.op(EDITOR, "data", encodeDataBody({ bucket, payload: new Uint8Array() })))).toBe(
      "bucket",
    );
  });

  it("[L41] body: whose body is not one, and ops of the types that stand outside the log or are not built yet", async () => {
    const world = await World.founded();
    expect(world.judge(await world.op(EDITOR, "data", Uint8Array.of(0)))).toBe("body");
    expect(world.judge(await world.op(EDITOR, "snapshot", new Uint8Array()))).toBe("body");
    expect(world.judge(await world.op(EDITOR, "attest", new Uint8Array()))).toBe("body");
  });
});

describe("the chain", () => {
  it("[L39] starts at the docId and hashes number, op and receive time into each position", async () => {
    const world = await World.founded();
    expect(world.ledger.chainAt(0)).toEqual(world.ledger.docId);
    let chain = world.ledger.docId;
    for (const { seq, opId, recvUs, chain: stored } of world.rows) {
      chain = extendChain(chain, seq, opId, recvUs, sha256);
      expect(stored).toEqual(chain);
      expect(world.ledger.chainAt(seq)).toEqual(chain);
      expect(world.ledger.seqOf(opId)).toBe(seq);
    }
    expect(world.ledger.head).toEqual({ seq: 6, chain });
    expect(world.ledger.chainAt(7)).toBeNull();
    expect(world.ledger.chainAt(-1)).toBeNull();
  });

  it("[L39] can be asked for any of hundreds of positions", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const ledger = new Ledger(world.ledger.docId, { sha256, below: "refuse" });
    const chains = Array.from({ length: 300 }, (_, index) => ledger.appendVoid(op, index).chain);
    chains.forEach((chain, index) => expect(ledger.chainAt(index + 1)).toEqual(chain));
  });

  it("[L40] gives a void op its place: only its author's line goes on, where the op was the next in it", async () => {
    const world = await World.founded();
    const op = await world.typed(VIEWER, 7, "a");
    const outOfLine = await world.typed(EDITOR, 8, "b", { prev: ZERO_HASH, ctr: 9_000 });
    const before = world.ledger.author(EDITOR.signer.publicKey);
    const { head } = world.ledger;
    const cursor = world.ledger.appendVoid(op, world.nowUs);
    expect(cursor).toEqual({
      seq: head.seq + 1,
      chain: extendChain(head.chain, head.seq + 1, op.opId, world.nowUs, sha256),
    });
    expect(world.ledger.author(VIEWER.signer.publicKey)).toMatchObject({ ctr: op.ctr, opId: op.opId });
    world.ledger.appendVoid(outOfLine, world.nowUs);
    expect(world.ledger.author(EDITOR.signer.publicKey)).toEqual(before);
    expect(world.ledger.vector.size).toBe(0);
    expect(world.judge(op)).toBe("duplicate");
  });

  it("[L42] two folds of the same rows say the same of the next op", async () => {
    const world = await World.founded();
    world.append(await world.typed(EDITOR, 7, "a"));
    const replayed = new Ledger(world.ledger.docId, { sha256, below: "refuse" });
    for (const { envelope, recvUs } of world.rows) {
      const op = decodeOp(envelope, sha256);
      const verdict = replayed.check(op, recvUs);
      if (verdict.type === "accepted") replayed.append(op, verdict.effect, recvUs);
    }
    expect(replayed.head).toEqual(world.ledger.head);
    for (const op of [
      await world.typed(EDITOR, 9, "b"),
      await world.typed(VIEWER, 9, "b"),
      await world.typed(FOUNDER, 7, "c"),
    ]) {
      expect(replayed.check(op, world.nowUs)).toEqual(world.ledger.check(op, world.nowUs));
    }
  });

  it("[L43] to check an op changes nothing", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    world.judge(op);
    expect(world.judge(op)).toBe("accepted");
    expect(world.ledger.head.seq).toBe(world.rows.length);
  });
});
