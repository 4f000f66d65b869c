// A room with a log in memory, real keys and a clock that stands still until it is moved. What the room does to the world is
// written down in one list, in order.
import { ed25519, helloMessage, sha256 } from "@reed/crypto";
import { MemoryLogStore, noteIdBytes, noteIdOf, type LogRow, type Op } from "@reed/log";
import { type CloseReason, decodeDown, type Down, encodeUp, type Hello, type Up } from "@reed/protocol";
import { type Actor, certificateFor, PLATFORM, SERVER, World } from "../../log/src/world.test-support.ts";
import { Room } from "./room.ts";
import type { RoomPorts } from "./ports.ts";
import type { SessionState, Visitor } from "./session.ts";

export type Happening =
  | { readonly type: "sent"; readonly to: number; readonly message: Down; readonly bytes: number }
  | { readonly type: "closed"; readonly connection: number; readonly reason: CloseReason }
  | { readonly type: "appended"; readonly seqs: readonly number[] }
  | { readonly type: "evidence" };

export const NONCE = new Uint8Array(16).fill(9);
const MS_US = 1000;

export class Host {
  readonly log = new MemoryLogStore();
  readonly room: Room;
  /** Makes ops that continue the room's log. */
  readonly pen: World;
  readonly kept = new Map<number, SessionState>();
  happened: Happening[] = [];
  /** When the room asked to be woken; null: not at all. */
  wakeAtUs: number | null = null;
  nowUs: number;
  isDiskFull = false;
  readonly #ports: RoomPorts;

  private constructor(world: World, rows: readonly LogRow[], certificate: Uint8Array) {
    this.nowUs = world.nowUs;
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
      },
      sha256,
      verifier: ed25519,
      platformKey: PLATFORM.publicKey,
      gateway: { signer: SERVER.signer, certificate },
      nowUs: () => this.nowUs,
      send: (to, frame) => this.happened.push({ type: "sent", to, message: decodeDown(frame), bytes: frame.length }),
      close: (connection, reason) => this.happened.push({ type: "closed", connection, reason }),
      keepSession: (state) => this.kept.set(state.connection, { ...state }),
      wakeIn: (delayMs) => (this.wakeAtUs = this.nowUs + delayMs * MS_US),
      onAppend: () => undefined,
      keepEvidence: () => this.happened.push({ type: "evidence" }),
    };
    this.room = this.reopened(world);
    const ledger = this.room.ledger ?? world.ledger;
    this.pen = World.around(world.genesis, ledger);
    this.pen.nowUs = world.nowUs;
  }

  /** A room on the log of a founded world: founder, editor and viewer are enrolled. */
  static async founded(): Promise<Host> {
    const world = await World.founded();
    return new Host(world, world.rows, await certificateFor(SERVER));
  }

  /** A room before its genesis. */
  static async empty(): Promise<Host> {
    return new Host(await World.empty(), [], await certificateFor(SERVER));
  }

  /** Another room on the same log, as after hibernation. */
  reopened(world: { readonly genesis: Op } = this.pen): Room {
    return new Room(noteIdOf(world.genesis.opId), this.#ports);
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
    for (let at = this.wakeAtUs; at !== null && at <= untilUs; at = this.wakeAtUs) {
      this.nowUs = at;
      this.wakeAtUs = null;
      this.room.tick();
    }
    this.nowUs = untilUs;
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
