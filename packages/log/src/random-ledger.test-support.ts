// A random life of one log, kept three ways: by a ledger that was never saved, by one that is saved, loaded and trimmed between
// ops as a server would, and by one that does the same as a replica. What they say of each op is compared; honest and broken ops,
// every type, several buckets, changes of grants, new enrolments, compliance and new generations come by turns.
import { equalBytes } from "@reed/bytes";
import { sha256, signerFromSeed } from "@reed/crypto";
import * as Y from "yjs";
import { type Attribution, encodeAttributed } from "./attribution.ts";
import { encodeDataBody, TEXT_BUCKET } from "./body.ts";
import { type ControlAct, isScrub } from "./control.ts";
import { encodeEnrol } from "./enrol.ts";
import type { LedgerFault } from "./fault.ts";
import type { Grant } from "./grants.ts";
import { Ledger } from "./ledger.ts";
import type { Op, OpFields } from "./op.ts";
import { GATEWAY, type Principal } from "./principal.ts";
import { META_BUCKET, noteRegisters } from "./registers/note-registers.ts";
import type { Random } from "./text-random.test-support.ts";
import type { Verdict } from "./verdict.ts";
import {
  type Actor,
  certificateFor,
  EDITOR,
  FOUNDER,
  grantTo,
  linkNamed,
  seedOf,
  SERVER,
  STRANGER,
  VIEWER,
  World,
  ZERO_HASH,
} from "./world.test-support.ts";

/** A disagreement of two ledgers that should say the same. */
export interface Difference {
  readonly step: number;
  readonly what: string;
  readonly whole: string;
  readonly other: string;
}

export interface RandomLedgers {
  readonly whole: Ledger;
  readonly server: Ledger;
  readonly replica: Ledger;
  readonly differences: readonly Difference[];
  /** How often each verdict was given, and each way to keep a ledger was gone. */
  readonly tally: ReadonlyMap<string, number>;
}

interface Typing {
  readonly client: number;
  readonly update: Uint8Array;
}

interface Drawn {
  readonly op: Op;
  readonly typing: Typing | null;
}

const PEOPLE: readonly Actor[] = [FOUNDER, EDITOR, VIEWER, STRANGER];
const LINK_KEY = signerFromSeed(seedOf(8));
const LINK = linkNamed("editlink");
const BUCKETS = ["votes", "\uFEFFvotes", "__proto__", "cover", "x".repeat(32)];
/** Faults that are found before what an author has seen is looked at. */
const BEFORE_SEEN: ReadonlySet<string> = new Set(["wrong_note", "founding", "not_enrolled", "counter", "prev"]);

export async function randomLedgers(random: Random, steps: number): Promise<RandomLedgers> {
  const world = await World.founded();
  const typed = new Map<number, readonly Uint8Array[]>();
  let texts = 0;
  const differences: Difference[] = [];
  const tally = new Map<string, number>();
  let server = reload(world.ledger, "refuse");
  let replica = reload(world.ledger, "trust");
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);

  for (let step = 0; step < steps; step += 1) {
    if (random.chance(0.25)) {
      server = keepSomehow(server, "refuse");
      replica = keepSomehow(replica, "trust");
    }
    const { op, typing } = await draw();
    const verdicts = { whole: world.ledger.check(op, world.nowUs), server: server.check(op, world.nowUs) };
    const atReplica = replica.check(op, world.nowUs);
    count(wordOf(verdicts.whole));
    if (wordOf(verdicts.server) === "behind") count("behind");
    compare(step, "server", wordOf(verdicts.whole), expectedOf(verdicts.whole, op, server, "behind"), verdicts.server);
    compare(step, "replica", wordOf(verdicts.whole), expectedOf(verdicts.whole, op, replica, null), atReplica);
    take(op, typing, verdicts, atReplica);
    world.nowUs += random.below(2_000_000);
  }
  return { whole: world.ledger, server, replica, differences, tally };

  function keepSomehow(ledger: Ledger, below: "refuse" | "trust"): Ledger {
    if (random.chance(0.6)) {
      count(`loaded ${below}`);
      return reload(ledger, below);
    }
    count(`trimmed ${below}`);
    ledger.trimTo(random.below(ledger.head.seq + 3));
    return ledger;
  }

  function compare(step: number, who: string, whole: string, expected: Verdict | null, said: Verdict): void {
    if (expected === null || sameVerdict(expected, said)) return;
    differences.push({ step, what: who, whole, other: wordOf(said) });
  }

  /** Appends what the server takes, and sometimes delivers what it should have refused: void for all, or for none of them. */
  function take(op: Op, typing: Typing | null, at: Record<"whole" | "server", Verdict>, atReplica: Verdict): void {
    const recvUs = world.nowUs;
    if (at.server.type === "accepted" && at.whole.type === "accepted" && atReplica.type === "accepted") {
      world.append(op);
      if (at.whole.effect.type === "control") count(nameOf(at.whole.effect.body.act));
      server.append(op, at.server.effect, recvUs);
      replica.append(op, atReplica.effect, recvUs);
      if (typing !== null) typed.set(typing.client, [...(typed.get(typing.client) ?? []), typing.update]);
      if (at.whole.effect.type === "control" && isScrub(op)) {
        typed.clear();
        texts += 1;
      }
      return;
    }
    const words = new Set([at.server, at.whole, atReplica].map(wordOf));
    const isOlderThanServer = op.seenSeq < server.baseSeq; // refused there for its past, elsewhere perhaps for what it says
    const isVoidForAll = words.size === 1 && at.whole.type === "refused" && !(isOlderThanServer && words.has("behind"));
    if (isVoidForAll && random.chance(0.2)) {
      count("void");
      for (const ledger of [world.ledger, server, replica]) ledger.appendVoid(op, recvUs);
    }
  }

  async function draw(): Promise<Drawn> {
    const actor = random.pick(PEOPLE);
    const kind = random.below(20);
    if (kind < 8) return drawText(actor);
    if (kind < 9) {
      const payload = noteRegisters.write({ locked: random.chance(0.5), color: "reed" }, world.nowUs);
      return { op: await written(random.chance(0.7) ? FOUNDER : actor, META_BUCKET, payload), typing: null };
    }
    if (kind < 13) {
      const payload = new Uint8Array(random.below(400)).fill(random.below(256));
      return { op: await written(actor, random.pick(BUCKETS), payload), typing: null };
    }
    return { op: await (kind < 16 ? drawControl(actor) : drawEnrol(actor)), typing: null };
  }

  async function drawText(actor: Actor): Promise<Drawn> {
    const text = random.chance(0.1) ? 0 : texts;
    const client =
      10 * text + 1 + PEOPLE.indexOf(actor) + (random.chance(0.1) ? 1 : 0) + PEOPLE.length * random.below(2);
    const doc = new Y.Doc();
    for (const update of typed.get(client) ?? []) Y.applyUpdate(doc, update);
    doc.clientID = client;
    const before = Y.encodeStateVector(doc);
    doc.getText("text").insert(0, "some text".slice(random.below(9)));
    const update = Y.encodeStateAsUpdate(doc, before);
    return { op: await written(actor, TEXT_BUCKET, update), typing: { client, update } };
  }

  /** By the actor's own hand, or by the gateway for it. */
  async function written(actor: Actor, bucket: string, payload: Uint8Array): Promise<Op> {
    const isByGateway = world.ledger.author(SERVER.signer.publicKey) !== null && random.chance(0.2);
    if (!isByGateway) return world.op(actor, "data", encodeDataBody({ bucket, payload }), broken(actor));
    const attribution: Attribution = { by: actor.principal, via: "api", session: null };
    const body = encodeDataBody({ bucket, payload: encodeAttributed(attribution, payload) });
    return world.op(SERVER, "data", body, broken(SERVER));
  }

  async function drawControl(actor: Actor): Promise<Op> {
    const act = random.chance(0.5) ? null : drawAct();
    const changes = act !== null && random.chance(0.8) ? [] : [drawGrant()];
    const isRestore = act?.type === "generation" && act.reason === "restored";
    if (isRestore || random.chance(0.3)) {
      const by = isRestore && random.chance(0.9) ? GATEWAY : actor.principal;
      const attribution = { by, via: "operator", session: null } as const;
      return world.op(SERVER, "control", world.control(changes, { act, attribution }), broken(SERVER));
    }
    const author = random.chance(0.7) ? FOUNDER : actor;
    return world.op(author, "control", world.control(changes, { act }), broken(author));
  }

  function drawAct(): ControlAct {
    if (random.chance(0.3)) return { type: "compliance", isOn: random.chance(0.4) };
    const reason = random.pick(["restored", "scrub"] as const);
    const isHonest = reason === "restored" || random.chance(0.9); // below a base a restore is taken at its word
    const from = isHonest ? world.ledger.head : { seq: 1, chain: world.ledger.docId };
    return { type: "generation", from, reason };
  }

  function drawGrant(): Grant {
    const key = random.chance(0.9) ? LINK_KEY.publicKey : null;
    if (random.chance(0.2)) return grantTo(LINK, random.pick(["editor", "editor", null]), { key });
    const expiresUs = random.chance(0.2) ? world.nowUs + random.below(20_000_000) : null;
    return grantTo(random.pick(PEOPLE).principal, random.pick(["editor", "editor", "viewer", "owner", null]), {
      expiresUs,
    });
  }

  async function drawEnrol(actor: Actor): Promise<Op> {
    if (random.chance(0.3))
      return world.op(SERVER, "enrol", encodeEnrol([await certificateFor(SERVER)]), broken(SERVER));
    const byLink = random.chance(0.3);
    const principal: Principal = byLink ? LINK : random.pick([actor.principal, STRANGER.principal]);
    const person = { ...actor, principal };
    const certificate = byLink
      ? await certificateFor(person, { note: world.note }, LINK_KEY)
      : await certificateFor(person);
    return world.op(actor, "enrol", encodeEnrol([certificate]), broken(actor));
  }

  /** Mostly nothing; an older view of the log; or a field that is wrong. */
  function broken(actor: Actor): Partial<OpFields> {
    const author = world.ledger.author(actor.signer.publicKey);
    const seenSeq = random.chance(0.4) ? random.below(world.ledger.head.seq + 1) : world.ledger.head.seq;
    const seen = {
      seenSeq,
      seenChain: world.ledger.chainAt(seenSeq) ?? ZERO_HASH,
      acl: world.ledger.aclFor(actor.signer.publicKey, seenSeq),
      wallTimeUs: Math.max(world.nowUs, (author?.wallTimeUs ?? 0) + 1),
    };
    switch (random.below(30)) {
      case 0:
        return { ...seen, ctr: author?.ctr ?? 1 };
      case 1:
        return { ...seen, prev: seedOf(9) };
      case 2:
        return { ...seen, seenChain: seedOf(9) };
      case 3:
        return { ...seen, acl: seedOf(9) };
      case 4:
        return { ...seen, wallTimeUs: world.nowUs + 100_000_000 };
      case 5:
        return { ...seen, docId: seedOf(9) };
      case 6:
        return { ...seen, seenSeq: world.ledger.head.seq + 1 };
      default:
        return seen;
    }
  }
}

/** What a ledger must say to `op` that has forgotten what lies below its base; null where that is not told. */
function expectedOf(whole: Verdict, op: Op, ledger: Ledger, below: "behind" | null): Verdict | null {
  if (op.seenSeq >= ledger.baseSeq || (whole.type === "refused" && BEFORE_SEEN.has(whole.fault))) return whole;
  if (below !== null) return { type: "refused", fault: below };
  return whole.type === "refused" && (whole.fault === "seen_chain" || whole.fault === "acl") ? null : whole;
}

function nameOf(act: ControlAct | null): string {
  if (act === null) return "grants";
  return act.type === "compliance" ? act.type : act.reason;
}

function wordOf(verdict: Verdict): LedgerFault | "accepted" | "duplicate" {
  return verdict.type === "refused" ? verdict.fault : verdict.type;
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

function reload(ledger: Ledger, below: "refuse" | "trust"): Ledger {
  const saved = ledger.save();
  const loaded = Ledger.load(saved, { sha256, below });
  if (!equalBytes(loaded.save(), saved)) throw new Error("a ledger that was loaded saves to other bytes");
  return loaded;
}
