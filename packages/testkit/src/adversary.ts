// An editor who means harm: it holds a link and a key like anybody else, and sends ops that no honest replica makes. Each must be
// refused, and with the code that says why.
import { concatBytes, toHex } from "@reed/bytes";
import { helloMessage } from "@reed/crypto";
import {
  encodeDataBody,
  encodeEnrol,
  type NoteId,
  noteIdBytes,
  type OpFields,
  type OpType,
  parsePrincipal,
  prepareOp,
  sealEnvelope,
  TEXT_BUCKET,
} from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
import type { Visitor } from "@reed/room";
import * as Y from "yjs";
import type { Host } from "./host.ts";
import { type FakeKey, fakeCertificate, fakeKey, sha256 } from "./keys.ts";
import { type LogOracle, TEXT_NAME } from "./log-oracle.ts";
import type { Connection } from "./network.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";

export interface AdversaryOptions {
  readonly noteId: NoteId;
  readonly key: FakeKey;
  readonly visitor: Visitor;
  readonly certificate: Uint8Array;
  readonly host: Host;
  readonly oracle: LogOracle;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
}

interface Attack {
  /** The code by which it must be refused; "ack" for what is honest. */
  readonly answer: string;
  readonly envelope: Uint8Array;
}

const DEFEATS: ReadonlySet<string> = new Set(["behind", "forbidden", "not_enrolled", "certificate_invalid"]);

export class Adversary {
  readonly #options: AdversaryOptions;
  readonly #client: number;
  #connection: Connection | null = null;
  #isGreeted = false;
  #asked: { readonly opId: string; readonly answer: string } | null = null;
  /** An answer was lost: what the server has of this device may be newer than what is known here. */
  #isUnsure = false;

  constructor(options: AdversaryOptions) {
    this.#options = options;
    this.#client = options.random.below(2 ** 32);
  }

  /** Does the next thing it can do. */
  act(): void {
    const { host, visitor, oracle, key, random } = this.#options;
    if (this.#connection === null) {
      if (host.isUp && host.mayEnter(visitor)) this.#connect();
      return;
    }
    if (!this.#isGreeted || this.#asked !== null) return;
    if (random.chance(0.05)) return this.#connection.send("server", random.bytes(1 + random.below(400)));
    const author = oracle.author(key.publicKey);
    if (author === null || author.principals.size === 0) return this.#say(this.#enrol());
    this.#say(random.chance(0.25) ? this.#honest() : this.#attack());
  }

  #connect(): void {
    const { host, visitor, key, noteId } = this.#options;
    this.#isGreeted = false;
    const connection: Connection = host.connect(visitor, {
      onOpen: (nonce) => {
        const proof = key.sign(helloMessage(nonce, noteIdBytes(noteId)));
        const cursor = { seq: 0, chain: new Uint8Array(32) };
        const presence = new Uint8Array();
        connection.send(
          "server",
          encodeUp({
            type: "hello",
            lowestVersion: 1,
            highestVersion: 1,
            device: key.publicKey,
            proof,
            cursor,
            presence,
          }),
        );
        this.#isGreeted = true;
      },
      onFrame: (frame) => this.#hear(frame),
      onClosed: () => {
        if (this.#connection !== connection) return;
        this.#connection = null;
        this.#isUnsure ||= this.#asked !== null;
        this.#asked = null;
      },
    });
    this.#connection = connection;
  }

  #say({ envelope, answer }: Attack): void {
    const { tally } = this.#options;
    if (answer !== "ack") tally.attacks += 1;
    this.#asked = { opId: toHex(opIdOf(envelope)), answer };
    this.#connection?.send("server", encodeUp({ type: "ops", envelopes: [envelope] }));
  }

  #hear(frame: Uint8Array): void {
    const message = decodeDown(frame);
    const asked = this.#asked;
    if (asked === null) return;
    if (message.type === "nack" && toHex(message.opId) === asked.opId) {
      this.#asked = null;
      const isExcused =
        message.class === "retry" || DEFEATS.has(message.code) || this.#isUnsure || asked.answer === "ack";
      assertThat(
        isExcused || message.code === asked.answer,
        "a crafted op is refused for what it is",
        () => `${message.code}, not ${asked.answer}`,
      );
    }
    if (message.type === "ack" && message.ops.some(({ opId }) => toHex(opId) === asked.opId)) {
      this.#asked = null;
      this.#isUnsure = false;
      assertThat(asked.answer === "ack", "no crafted op is taken", () => asked.answer);
    }
  }

  #fields(type: OpType, body: Uint8Array, changes: Partial<OpFields> = {}): OpFields {
    const { oracle, key, scheduler } = this.#options;
    const author = oracle.author(key.publicKey);
    const seenSeq = oracle.headSeq;
    return {
      type,
      docId: oracle.chainAt(0) ?? new Uint8Array(32),
      author: key.publicKey,
      ctr: (author?.ctr ?? 0) + 1,
      wallTimeUs: Math.round(scheduler.nowUs),
      prev: author === null ? new Uint8Array(32) : Uint8Array.from(Buffer.from(author.opId, "hex")),
      acl: oracle.control?.opId ?? new Uint8Array(32),
      seenSeq,
      seenChain: oracle.chainAt(seenSeq) ?? new Uint8Array(32),
      body,
      ...changes,
    };
  }

  #sealed(fields: OpFields, key = this.#options.key): Uint8Array {
    const unsigned = prepareOp(fields, sha256);
    return sealEnvelope(unsigned, key.sign(unsigned.message));
  }

  #enrol(): Attack {
    return { answer: "ack", envelope: this.#sealed(this.#fields("enrol", encodeEnrol([this.#options.certificate]))) };
  }

  /** An op as an honest replica would make it; its text then gives the attacks something to stand on. */
  #honest(): Attack {
    return { answer: "ack", envelope: this.#sealed(this.#fields("data", textBody(this.#nextUpdate("x")))) };
  }

  /** What this device's own client would say next in the document that the log makes. */
  #nextUpdate(text: string): Uint8Array {
    const { oracle } = this.#options;
    return updateBy(this.#client, oracle.doc, text);
  }

  #attack(): Attack {
    const { random } = this.#options;
    const attacks: readonly (() => Attack | null)[] = [
      () => this.#deletesAhead(),
      () => this.#writesAsAnother(),
      () => this.#leavesGap(),
      () => this.#repeatsCounter(),
      () => this.#forgetsItsOwn(),
      () => this.#seesAnotherLog(),
      () => this.#seesTheFuture(),
      () => this.#bendsSignature(),
      () => this.#borrowsName(),
      () => this.#enrolsAsOwner(),
      () => this.#takesOver(),
    ];
    return random.pick(attacks)() ?? this.#deletesAhead();
  }

  /** Deletes what somebody will type: six bytes that would erase it on arrival. */
  #deletesAhead(): Attack {
    const { oracle, random } = this.#options;
    const victims = [...Y.decodeStateVector(Y.encodeStateVector(oracle.doc))];
    const [client, clock] = victims.length > 0 ? random.pick(victims) : [this.#client, 0];
    const update = concatBytes(
      Uint8Array.of(0, 1),
      varint(client),
      Uint8Array.of(1),
      varint(clock + 1),
      varint(100_000),
    );
    return { answer: "text_delete_ahead", envelope: this.#sealed(this.#fields("data", textBody(update))) };
  }

  #writesAsAnother(): Attack | null {
    const { oracle, random } = this.#options;
    const clients = [...Y.decodeStateVector(Y.encodeStateVector(oracle.doc)).keys()].filter(
      (client) => client !== this.#client,
    );
    if (clients.length === 0) return null;
    const update = updateBy(random.pick(clients), oracle.doc, "forged");
    return { answer: "text_foreign_client", envelope: this.#sealed(this.#fields("data", textBody(update))) };
  }

  #leavesGap(): Attack {
    const copy = new Y.Doc();
    copy.clientID = this.#client;
    copy.getText(TEXT_NAME).insert(0, "a".repeat(this.#options.oracle.clockOf(this.#client) + 3));
    const update = updateBy(this.#client, copy, "late");
    return { answer: "text_clock_gap", envelope: this.#sealed(this.#fields("data", textBody(update))) };
  }

  #repeatsCounter(): Attack {
    const fields = this.#fields("data", textBody(this.#nextUpdate("again")));
    return { answer: "counter", envelope: this.#sealed({ ...fields, ctr: fields.ctr - 1 }) };
  }

  #forgetsItsOwn(): Attack {
    return {
      answer: "prev",
      envelope: this.#sealed(
        this.#fields("data", textBody(this.#nextUpdate("first")), { prev: this.#options.random.bytes(32) }),
      ),
    };
  }

  #seesAnotherLog(): Attack {
    return {
      answer: "seen_chain",
      envelope: this.#sealed(
        this.#fields("data", textBody(this.#nextUpdate("fork")), { seenChain: this.#options.random.bytes(32) }),
      ),
    };
  }

  #seesTheFuture(): Attack {
    const seenSeq = this.#options.oracle.headSeq + 1_000;
    return {
      answer: "seen_ahead",
      envelope: this.#sealed(this.#fields("data", textBody(this.#nextUpdate("soon")), { seenSeq })),
    };
  }

  #bendsSignature(): Attack {
    const envelope = this.#sealed(this.#fields("data", textBody(this.#nextUpdate("bent"))));
    const at = 273 + this.#options.random.below(64);
    return {
      answer: "signature",
      envelope: envelope.with(at, (envelope[at] ?? 0) ^ (1 << this.#options.random.below(8))),
    };
  }

  /** Another device's name over this device's signature. */
  #borrowsName(): Attack {
    const { oracle } = this.#options;
    const founder = fakeKey("owner").publicKey;
    const author = oracle.author(founder);
    const line = {
      author: founder,
      ctr: (author?.ctr ?? 0) + 1,
      prev: Uint8Array.from(Buffer.from(author?.opId ?? "", "hex")),
    };
    if (line.prev.length !== 32) return this.#deletesAhead();
    return {
      answer: "signature",
      envelope: this.#sealed(this.#fields("data", textBody(this.#nextUpdate("as you")), line)),
    };
  }

  #enrolsAsOwner(): Attack {
    const { key, random } = this.#options;
    const principal = parsePrincipal("user:00000000-0000-4000-8000-000000000000");
    if (principal === null) throw new Error("a user id is a UUID");
    const issuer = random.chance(0.5) ? key : fakeKey("somebody");
    const certificate = fakeCertificate(issuer, { device: key.publicKey, principal, note: null });
    return { answer: "certificate_invalid", envelope: this.#sealed(this.#fields("enrol", encodeEnrol([certificate]))) };
  }

  /** A stranger's genesis in the middle of the log. */
  #takesOver(): Attack {
    const zero = new Uint8Array(32);
    const first = { docId: zero, prev: zero, acl: zero, seenSeq: 0, seenChain: zero };
    return { answer: "founding", envelope: this.#sealed(this.#fields("genesis", Uint8Array.of(0xa0), first)) };
  }
}

/** `text` written at the beginning of what `doc` holds, as the client `client`. */
function updateBy(client: number, doc: Y.Doc, text: string): Uint8Array {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.clientID = client;
  const before = Y.encodeStateVector(copy);
  copy.getText(TEXT_NAME).insert(0, text);
  const update = Y.encodeStateAsUpdate(copy, before);
  copy.destroy();
  return Y.mergeUpdates([update]);
}

function textBody(payload: Uint8Array): Uint8Array {
  return encodeDataBody({ bucket: TEXT_BUCKET, payload });
}

function opIdOf(envelope: Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode("reed/op-id/v1\0"), envelope.subarray(0, 273));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}
