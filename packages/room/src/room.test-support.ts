// A room with a log in memory, real keys and a clock that stands still until it is moved. What the room does to the world is
// written down in one list, in order.
import { ed25519, helloMessage, sha256 } from "@reed/crypto";
import { MemoryLogStore, noteIdBytes, noteIdOf, type LogRow, type Op, type SyncLogStore } from "@reed/log";
import { type CloseReason, decodeDown, type Down, encodeUp, type Hello, type Up } from "@reed/protocol";
import { type Actor, certificateFor, PLATFORM, SERVER, World } from "../../log/src/world.test-support.ts";
import { type Archive, EMPTY_ARCHIVE } from "./archive.ts";
import { Room } from "./room.ts";
import type { RoomPorts } from "./ports.ts";
import type { SessionState, Visitor } from "./session.ts";
import type { RoomLimits } from "./turnstile.ts";

export type Happening =
  | { readonly type: "sent"; readonly to: number; readonly message: Down; readonly bytes: number }
  | { readonly type: "closed"; readonly connection: number; readonly reason: CloseReason }
  | { readonly type: "appended"; readonly seqs: readonly number[] }
  | { readonly type: "evidence" };

export interface HostOptions {
  readonly limits?: RoomLimits;
  /** Left out, 0: time stands still in these tests. */
  readonly gatherMs?: number;
  /** Empty; left out, one in memory. */
  readonly log?: SyncLogStore;
}

export const NONCE = new Uint8Array(16).fill(9);
const MS_US = 1000;

export class Host {
  readonly log: SyncLogStore;
  room: Room;
  /** Makes ops that continue the room's log. */
  pen: World;
  /** What the room finds folded away. */
  archive: Archive = EMPTY_ARCHIVE;
  readonly kept = new Map<number, SessionState>();
  happened: Happening[] = [];
  /** When the room asked to be woken, earliest first. */
  wakesUs: number[] = [];
  nowUs: number;
  isDiskFull = false;
  readonly #ports: RoomPorts;
  #underWay = 0;

  private constructor(world: World, rows: readonly LogRow[], certificate: Uint8Array, options: HostOptions = {}) {
    const { limits, gatherMs = 0, log = new MemoryLogStore() } = options;
    this.nowUs = world.nowUs;
    this.log = log;
    this.log.append(rows);
    this.#ports = {
      log: {
        append: (added) => {
          if (this.isDiskFull) throw new Error("disk full");
          this.log.append(added);
          this.happened.push({ type: "appended", seqs: added.map(({ seq }) => seq) });
        },
        read: (fromSeq, limit) => this.log.read(fromSeq, limit),
        lastSeq: () => this.log.lastSeq(),
        firstSeq: () => this.log.firstSeq(),
        drop: (throughSeq, limit) => this.log.drop(throughSeq, limit),
      },
      archive: {
        base: () => this.archive.base(),
        chainAt: (seq) => this.archive.chainAt(seq),
        seqOf: (opId) => this.archive.seqOf(opId),
        genesis: () => this.archive.genesis(),
      },
      limits,
      gatherMs,
      sha256,
      verifier: {
        keyOk: (key) => ed25519.keyOk(key),
        verify: (key, signature, message) => this.#counted(ed25519.verify(key, signature, message)),
      },
      platformKey: PLATFORM.publicKey,
      gateway: {
        signer: {
          publicKey: SERVER.signer.publicKey,
          sign: (message) => this.#counted(Promise.resolve(SERVER.signer.sign(message))),
        },
        certificate,
      },
      nowUs: () => this.nowUs,
      send: (to, frame) => this.happened.push({ type: "sent", to, message: decodeDown(frame), bytes: frame.length }),
      close: (connection, reason) => this.happened.push({ type: "closed", connection, reason }),
      keepSession: (state) => this.kept.set(state.connection, { ...state }),
      wakeIn: (delayMs) => {
        this.wakesUs = [...this.wakesUs, this.nowUs + delayMs * MS_US].toSorted((a, b) => a - b);
      },
      onAppend: () => undefined,
      keepEvidence: () => this.happened.push({ type: "evidence" }),
    };
    this.room = this.reopened(world);
    const ledger = this.room.ledger ?? world.ledger;
    this.pen = World.around(world.genesis, ledger);
    this.pen.nowUs = world.nowUs;
  }

  /** A room on the log of a founded world: founder, editor and viewer are enrolled. */
  static async founded(options?: HostOptions): Promise<Host> {
    const world = await World.founded();
    return new Host(world, world.rows, await certificateFor(SERVER), options);
  }

  /** A room before its genesis. */
  static async empty(): Promise<Host> {
    return new Host(await World.empty(), [], await certificateFor(SERVER));
  }

  /** Another room on the same log, as after hibernation. */
  reopened(world: { readonly genesis: Op } = this.pen): Room {
    return new Room(noteIdOf(world.genesis.opId), this.#ports);
  }

  /** The room loses its memory and its sockets, and opens anew on what is kept. */
  reopen(): void {
    this.wakesUs = [];
    this.room = this.reopened();
    const { ledger } = this.room;
    if (ledger === null) throw new Error("there is no log to open on");
    const { nowUs, genesis } = this.pen;
    this.pen = World.around(genesis, ledger);
    this.pen.nowUs = nowUs;
  }

  visitor(actor: Actor, rest: Partial<Visitor> = {}): Visitor {
    return { device: actor.signer.publicKey, user: actor.principal, link: null, holdsLinkSecret: false, ...rest };
  }

  async hello(actor: Actor, rest: Partial<Hello> = {}): Promise<Hello> {
    const proof = await actor.signer.sign(helloMessage(NONCE, noteIdBytes(noteIdOf(this.pen.genesis.opId))));
    const cursor = { seq: 0, chain: new Uint8Array(32) };
    const device = actor.signer.publicKey;
    return {
      type: "hello",
      lowestVersion: 1,
      highestVersion: 1,
      device,
      proof,
      cursor,
      presence: new Uint8Array(),
      ...rest,
    };
  }

  say(connection: number, message: Up): Promise<void> {
    return this.room.receive(connection, encodeUp(message));
  }

  push(connection: number, ...ops: readonly Op[]): Promise<void> {
    return this.say(connection, { type: "ops", envelopes: ops.map(({ envelope }) => envelope) });
  }

  /** `actor` comes in over the socket `connection`, and has read the whole log unless `hello` says otherwise. */
  async join(
    connection: number,
    actor: Actor,
    hello: Partial<Hello> = {},
    visitor: Partial<Visitor> = {},
  ): Promise<void> {
    this.room.open(connection, this.visitor(actor, visitor), NONCE);
    const cursor = this.room.ledger?.head ?? { seq: 0, chain: new Uint8Array(32) };
    await this.say(connection, await this.hello(actor, { cursor, ...hello }));
  }

  /** The text that `actor` types next, as a new Yjs client. */
  async typed(actor: Actor, client: number, text = "a"): Promise<Op> {
    this.pen.nowUs = Math.max(this.pen.nowUs, this.nowUs);
    return this.pen.typed(actor, client, text);
  }

  /** Lets time pass, and wakes the room whenever it asked for that. */
  pass(ms: number): void {
    const untilUs = this.nowUs + ms * MS_US;
    for (let [at] = this.wakesUs; at !== undefined && at <= untilUs; [at] = this.wakesUs) {
      this.nowUs = Math.max(this.nowUs, at);
      this.wakesUs.shift();
      this.room.tick();
    }
    this.nowUs = untilUs;
  }

  /** Resolves when no signature is being made or checked: all that came stands in the line and is ready. */
  async settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#underWay > 0);
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** What happened since the last call, in order. */
  take(): readonly Happening[] {
    const happened = this.happened;
    this.happened = [];
    return happened;
  }

  /** The messages that `connection` got since the last call of `take`, which this is one of. */
  got(connection: number): readonly Down[] {
    return this.take().flatMap((event) => (event.type === "sent" && event.to === connection ? [event.message] : []));
  }
}
