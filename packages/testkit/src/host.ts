// The server: a Room on a disk that can crash, behind the output gate, with sockets that can die. It stands where the Durable
// Object and the edge stand, and watches what leaves: an ACK must speak the truth, a DELIVER must go on where the last one
// ended, and nothing may go to somebody who lost access.
import { equalBytes, toHex } from "@reed/bytes";
import { type Attribution, GATEWAY, type Grant, HEADER_BYTES, type LogRow, type NoteId, opIdOf } from "@reed/log";
import { type CloseReason, decodeDown, decodeUp, encodeDown, encodeUp, type Nack } from "@reed/protocol";
import { type FoundResult, Room, type SessionState, type Visitor, type WriteResult } from "@reed/room";
import { type FakeKey, fakeCertificate, fakeKey, fakeVerify, isFakeKey, sha256 } from "./keys.ts";
import type { LogOracle } from "./log-oracle.ts";
import { Connection, type NetworkTimes } from "./network.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import { ServerDisk } from "./server-disk.ts";
import type { Tally } from "./tally.ts";
import { assertThat, Violation } from "./violation.ts";

export interface HostOptions {
  readonly noteId: NoteId;
  readonly platform: FakeKey;
  readonly oracle: LogOracle;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: NetworkTimes;
  readonly tally: Tally;
  /** Longest verification, µs. */
  readonly verifyUs: number;
  readonly slowDiskUs: number;
  /** Called when work of the room's goes on in promises. */
  readonly onAsync: () => void;
  readonly onError: (error: unknown) => void;
  /** Called when the room has written something that is not committed yet. */
  readonly onWrite: () => void;
}

/** The client's side of a socket. */
export interface ClientEnd {
  readonly onOpen: (nonce: Uint8Array) => void;
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onClosed: (reason: CloseReason | null) => void;
}

interface Socket {
  readonly connection: Connection;
  readonly visitor: Visitor;
  /** What survives hibernation. */
  kept: SessionState;
  /** The last position that was delivered; null before HELLO. */
  sentSeq: number | null;
}

const REFUSAL_RETRY_MS = 400;

export class Host {
  readonly disk: ServerDisk;
  readonly #options: HostOptions;
  readonly #gateway: FakeKey = fakeKey("gateway");
  readonly #sockets = new Map<number, Socket>();
  readonly #calls = new Set<() => void>();
  #room: Room | null = null;
  #life = 0;
  #nextConnection = 1;
  #receiving = 0;
  #clockSkewUs = 0;
  /** Ops that came before: what was once said of an op, or left to the room to say, stays so. */
  readonly #judged = new Set<string>();
  readonly #behind = new Set<string>();
  /** The next so many ops are refused for now (retry), the ops of the next so many frames as made on too old a log (reissue). */
  busyOps = 0;
  behindOps = 0;
  /** Called when ops have come in, before they are dealt with. */
  onOps: (connection: Connection) => void = () => undefined;
  /** Called with each frame as it leaves; the result goes on its way instead. */
  onSend: (connection: Connection, frame: Uint8Array) => Uint8Array = (_, frame) => frame;

  constructor(options: HostOptions) {
    this.#options = options;
    this.disk = new ServerDisk(options.scheduler, options.random.fork("disk"), options.slowDiskUs, (rows) =>
      this.#committed(rows),
    );
    this.start();
  }

  get isUp(): boolean {
    return this.#room !== null;
  }

  get room(): Room | null {
    return this.#room;
  }

  get sockets(): readonly Connection[] {
    return [...this.#sockets.values()].map(({ connection }) => connection);
  }

  /** Whether `visitor` would get a ticket now. */
  mayEnter(visitor: Visitor): boolean {
    const room = this.#room;
    return room !== null && room.roleOf(visitor) !== null;
  }

  connect(visitor: Visitor, client: ClientEnd): Connection {
    const id = this.#nextConnection++;
    const nonce = this.#options.random.bytes(16);
    const ends = {
      client: { onFrame: client.onFrame, onClosed: client.onClosed },
      server: { onFrame: (frame: Uint8Array) => this.#frame(id, frame), onClosed: () => this.#left(id) },
    };
    const { network, scheduler, random } = this.#options;
    const connection = new Connection(id, ends, network, scheduler, random.fork(`connection ${id}`));
    const kept: SessionState = { connection: id, visitor, nonce, phase: "new", role: null, presence: new Uint8Array() };
    this.#sockets.set(id, { connection, visitor, kept, sentSeq: null });
    this.#room?.open(id, visitor, nonce);
    scheduler.after(random.between(0, network.latencyUs), () => {
      if (connection.isOpenAt("client") && !connection.isDead) client.onOpen(nonce);
    });
    return connection;
  }

  /** PUT of a genesis. `done` gets null where the server went away meanwhile. */
  found(genesis: Uint8Array, done: (result: FoundResult | null) => void): void {
    this.#call((room) => room.found(genesis), done);
  }

  changeGrants(changes: readonly Grant[], attribution: Attribution, done: (result: WriteResult | null) => void): void {
    this.#call((room) => room.changeGrants(changes, attribution), done);
  }

  start(): void {
    this.#clockSkewUs = Math.round(this.#options.random.between(-2_000_000, 2_000_000));
    this.#room = this.#openRoom();
  }

  /** Power off: memory, sockets, pending writes and everything behind the gate are gone. */
  crash(): void {
    this.#options.tally.serverCrashes += 1;
    this.#life += 1;
    this.#room = null;
    this.#receiving = 0;
    this.#options.tally.commitsLost += this.disk.crash();
    for (const { connection } of this.#sockets.values()) connection.vanish("server");
    this.#sockets.clear();
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const fail of calls) fail();
  }

  /** Memory is gone, timers too; sockets stay. Happens only where nothing is being worked on. */
  hibernate(): void {
    if (this.#room === null || this.#receiving > 0 || this.#calls.size > 0 || !this.disk.isClean) return;
    this.#options.tally.hibernations += 1;
    this.#life += 1;
    const room = this.#openRoom();
    this.#room = room;
    for (const socket of this.#sockets.values()) {
      if (socket.sentSeq !== null) socket.sentSeq = this.disk.committedSeq;
      room.resume(socket.kept);
    }
  }

  #openRoom(): Room {
    const life = this.#life;
    const { noteId, platform, scheduler } = this.#options;
    const ifAlive = (run: () => void): void => {
      if (life === this.#life) run();
    };
    const certificate = fakeCertificate(platform, { device: this.#gateway.publicKey, principal: GATEWAY, note: null });
    return new Room(noteId, {
      log: this.disk.openLog(),
      sha256,
      verifier: { keyOk: isFakeKey, verify: (key, signature, message) => this.#verify(key, signature, message) },
      platformKey: platform.publicKey,
      gateway: {
        signer: { publicKey: this.#gateway.publicKey, sign: (message) => this.#later(this.#gateway.sign(message)) },
        certificate,
      },
      nowUs: () => scheduler.nowUs + this.#clockSkewUs,
      send: (connection, frame) => ifAlive(() => this.disk.whenDurable(() => this.#sent(connection, frame))),
      close: (connection, reason) => ifAlive(() => this.disk.whenDurable(() => this.#end(connection, reason))),
      keepSession: (session) =>
        ifAlive(() => {
          const socket = this.#sockets.get(session.connection);
          if (socket !== undefined) socket.kept = { ...session };
        }),
      wakeIn: (delayMs) => {
        scheduler.after(delayMs * 1000, () => ifAlive(() => this.#room?.tick()));
      },
      onAppend: () => this.#options.onWrite(),
      keepEvidence: () => undefined,
    });
  }

  #verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
    return this.#later(fakeVerify(key, signature, message));
  }

  /** `value`, after about the time that cryptography takes. */
  #later<T>(value: T): Promise<T> {
    const { random, scheduler, verifyUs, onAsync } = this.#options;
    return new Promise((resolve) => {
      scheduler.after(random.chance(0.7) ? verifyUs / 20 : random.between(0, verifyUs), () => {
        onAsync();
        resolve(value);
      });
    });
  }

  #call<T>(start: (room: Room) => Promise<T>, done: (result: T | null) => void): void {
    const room = this.#room;
    if (room === null) return done(null);
    const life = this.#life;
    const fail = (): void => done(null);
    this.#calls.add(fail);
    this.#options.onAsync();
    this.#watched(life, start(room), (result) => {
      this.disk.whenDurable(() => {
        if (this.#calls.delete(fail)) done(result);
      });
    });
  }

  #frame(id: number, whole: Uint8Array): void {
    const room = this.#room;
    const socket = this.#sockets.get(id);
    if (room === null || socket === undefined) return;
    const frame = this.#refuse(socket, whole);
    if (frame === null) return;
    const life = this.#life;
    this.#receiving += 1;
    this.#options.onAsync();
    this.#watched(life, room.receive(id, frame), () => {
      this.#receiving -= 1;
    });
  }

  /** Goes on with the result of `work`, or fails with it, unless its object has died. */
  #watched<T>(life: number, work: Promise<T>, then: (result: T) => void): void {
    work
      .then((result) => {
        if (life === this.#life) then(result);
      })
      .catch((error: unknown) => {
        if (life === this.#life) this.#options.onError(error);
      });
  }

  /** Reads what the edge reads, and answers what it refuses; the rest of the frame, or null for nothing. */
  #refuse(socket: Socket, frame: Uint8Array): Uint8Array | null {
    const message = tryDecodeUp(frame);
    if (message?.type === "hello") socket.sentSeq ??= message.cursor.seq;
    if (message?.type !== "ops" || message.envelopes.some(({ length }) => length < HEADER_BYTES)) return frame;
    this.onOps(socket.connection);
    const ops = message.envelopes.map((envelope) => ({
      envelope,
      opId: opIdOf(envelope.subarray(0, HEADER_BYTES), sha256),
    }));
    if (this.busyOps > 0) {
      this.busyOps = Math.max(0, this.busyOps - ops.length);
      for (const { opId } of ops)
        this.#nack(socket, { opId, class: "retry", code: "rate", retryAfterMs: REFUSAL_RETRY_MS });
      return null;
    }
    const isFresh = ops.every(({ opId }) => !this.#judged.has(toHex(opId)));
    if (isFresh && this.behindOps > 0) {
      this.behindOps -= 1;
      for (const { opId } of ops) this.#behind.add(toHex(opId));
    }
    for (const { opId } of ops) this.#judged.add(toHex(opId));
    const behind = ops.filter(({ opId }) => this.#behind.has(toHex(opId)));
    for (const { opId } of behind) this.#nack(socket, { opId, class: "reissue", code: "behind", retryAfterMs: 0 });
    const rest = ops.filter(({ opId }) => !this.#behind.has(toHex(opId)));
    if (behind.length === 0) return frame;
    return rest.length === 0 ? null : encodeUp({ type: "ops", envelopes: rest.map(({ envelope }) => envelope) });
  }

  #nack(socket: Socket, nack: Omit<Nack, "type">): void {
    const frame = encodeDown({ type: "nack", ...nack });
    this.disk.whenDurable(() => this.#sent(socket.connection.id, frame));
  }

  #sent(id: number, frame: Uint8Array): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#watch(socket, frame);
    socket.connection.send("client", this.onSend(socket.connection, frame));
  }

  #watch(socket: Socket, frame: Uint8Array): void {
    const message = decodeDown(frame);
    const { oracle, tally } = this.#options;
    switch (message.type) {
      case "ack":
        tally.acks += message.ops.length;
        for (const { opId, seq } of message.ops) {
          const row = this.disk.committedRow(seq);
          assertThat(
            row !== null && equalBytes(row.opId, opId),
            "an acknowledged op is in the log at its place",
            () => `${toHex(opId)} at ${seq}`,
          );
        }
        return;
      case "nack":
        if (message.class === "retry") tally.nacksRetry += 1;
        if (message.class === "reissue") tally.nacksReissue += 1;
        if (message.class === "never") tally.nacksNever += 1;
        return;
      case "deliver": {
        const last = message.firstSeq + message.items.length - 1;
        if (last < message.headSeq) tally.pagesCut += 1;
        const lostAt = this.#lostAccessAt(socket.visitor);
        assertThat(last <= oracle.headSeq, "only committed ops are delivered", () => `${last}`);
        assertThat(
          lostAt === null || last < lostAt,
          "who lost access gets no more ops",
          () => `op ${last}, lost at ${lostAt}`,
        );
        assertThat(
          message.firstSeq === (socket.sentSeq ?? 0) + 1,
          "a socket gets the log without gaps",
          () => `${message.firstSeq} after ${socket.sentSeq}`,
        );
        socket.sentSeq = last;
        return;
      }
      default:
    }
  }

  /** Where in the log `visitor` lost all access; null where it has some. */
  #lostAccessAt({ user, link }: Visitor): number | null {
    const { oracle } = this.#options;
    if (oracle.control === null) return null;
    const ways = [user, link].filter((principal) => principal !== null);
    if (ways.some((principal) => oracle.roleOf(principal) !== null)) return null;
    return Math.max(...ways.map((principal) => oracle.changedAt(principal)));
  }

  #end(id: number, reason: CloseReason): void {
    this.#sockets.get(id)?.connection.close("server", reason);
    this.#sockets.delete(id);
  }

  #left(id: number): void {
    if (!this.#sockets.delete(id)) return;
    this.#room?.leave(id);
  }

  #committed(rows: readonly LogRow[]): void {
    this.#options.tally.opsCommitted += rows.length;
    for (const row of rows) this.#options.oracle.add(row);
  }
}

function tryDecodeUp(frame: Uint8Array): ReturnType<typeof decodeUp> | null {
  try {
    return decodeUp(frame);
  } catch (error) {
    if (error instanceof Violation) throw error;
    return null;
  }
}
