// The server: a Room on a disk that can crash, behind the output gate, with sockets that can die. It stands where the Durable
// Object and the edge stand; host-watch.ts watches what leaves it.
import { type Attribution, type Cursor, GATEWAY, type Grant, HEADER_BYTES, type LogRow } from "@reed/log";
import { type CloseReason, decodeUp, encodeDown, type Up, WIRE_VERSION } from "@reed/protocol";
import {
  type FoundResult,
  Room,
  type SessionState,
  type SnapshotContent,
  type Visitor,
  type WriteResult,
} from "@reed/room";
import { fakeCertificate, fakeVerify, GATEWAY_KEY, isFakeKey, sha256 } from "./keys.ts";
import type { HostOptions } from "./host-options.ts";
import { HostEdge, type Refusal } from "./host-edge.ts";
import { HostWatch } from "./host-watch.ts";
import { Connection } from "./network.ts";
import { ServerDisk } from "./server-disk.ts";
import { ServerText } from "./server-text.ts";
import { assertThat, Violation } from "./violation.ts";

/** The client's side of a socket. */
export interface ClientEnd {
  readonly onOpen: (nonce: Uint8Array) => void;
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onClosed: (reason: CloseReason | null) => void;
}

interface Socket {
  readonly connection: Connection;
  readonly visitor: Visitor;
  readonly watch: HostWatch;
  /** What survives hibernation. */
  kept: SessionState;
}

export class Host {
  readonly disk: ServerDisk;
  readonly #options: HostOptions;
  readonly #text = new ServerText();
  /** Back from a backup, and not yet open again. */
  #isRestoring = false;
  readonly #sockets = new Map<number, Socket>();
  readonly #calls = new Set<() => void>();
  #room: Room | null = null;
  #life = 0;
  #starts = 0;
  #nextConnection = 1;
  #receiving = 0;
  #clockSkewUs = 0;
  readonly edge = new HostEdge();
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
    return this.#room !== null && !this.#isRestoring;
  }

  /** The newest version of the wire that this life of the object speaks. */
  get speaks(): number {
    return this.#starts <= this.#options.oldLives ? 1 : WIRE_VERSION;
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
    return room !== null && !this.#isRestoring && room.roleOf(visitor) !== null;
  }

  /** The newest snapshot as a GET would give it; null where there is none. */
  snapshotFile(): Uint8Array | null {
    return this.disk.snapshot?.file ?? null;
  }

  /** Where the text stands, and what it hashes to there, as a GET would say it. */
  state(): { readonly at: Cursor; readonly stateHash: Uint8Array } | null {
    const ledger = this.#room?.ledger ?? null;
    if (ledger === null || !this.disk.isClean || this.speaks === 1) return null;
    return { at: ledger.head, stateHash: this.#content().stateHash };
  }

  /** What the object's alarm does: a snapshot of the head, made, kept and announced. */
  snapshot(): void {
    if (this.#room?.ledger?.isFounded !== true || this.speaks === 1) return;
    this.call(
      (room) => room.makeSnapshot(() => this.#content()),
      (made) => {
        if (made === null || this.#room === null) return;
        this.disk.install(made);
        this.#options.tally.snapshotsMade += 1;
        this.#room.installed(made.at, made.stateHash);
      },
    );
  }

  /** Drops some of the rows that are covered. */
  compact(): void {
    if (this.#room === null || this.#room.ledger?.isCompliant === true || this.speaks === 1) return;
    const dropped = this.disk.openLog().drop(this.disk.coveredSeq, 1 + this.#options.random.below(20));
    const isAllowed = dropped === 0 || !this.#options.oracle.isCompliant;
    assertThat(isAllowed, "no row is dropped in compliance mode", () => `${dropped}`);
    this.#options.tally.rowsDropped += dropped;
  }

  /** The text is begun anew for its owner, who does it; then everything before is dropped as soon as may be. */
  scrub(attribution: Attribution, done: () => void): void {
    if (this.#room?.ledger?.isFounded !== true || this.speaks === 1) return;
    this.call(
      (room) => room.scrub(() => this.#afresh(), attribution),
      (result) => {
        if (result?.ok !== true) return;
        this.#options.tally.scrubs += 1;
        done();
        this.snapshot();
      },
    );
  }

  /** The operator puts the object back to an earlier state and opens a new generation of the log. */
  restore(): void {
    if (this.speaks === 1 || !this.#isQuiet) return;
    const lastSeq = this.disk.goBack();
    if (lastSeq === null) return;
    this.#options.tally.restores += 1;
    this.crash();
    this.#options.oracle.goBack(lastSeq);
    this.#isRestoring = true;
    this.start();
  }

  #reopen(): void {
    const attribution = { by: GATEWAY, via: "operator", session: null } as const;
    this.call(
      (room) => room.control([], { type: "generation", reason: "restored" }, attribution),
      (result) => {
        if (result === null) return;
        assertThat(result.ok, "an operator opens a new generation", () => JSON.stringify(result));
        this.call(
          (room) => room.makeSnapshot(() => this.#content()),
          (made) => {
            if (made === null) return;
            this.disk.install(made);
            this.#isRestoring = false;
          },
        );
      },
    );
  }

  #content(): SnapshotContent {
    this.#text.follow(this.disk.allRows());
    return this.#text.content();
  }

  #afresh(): readonly Uint8Array[] {
    this.#text.follow(this.disk.allRows());
    return this.#text.afresh();
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
    const presence = new Uint8Array();
    const kept: SessionState = { connection: id, visitor, nonce, phase: "new", role: null, version: 0, presence };
    const { oracle, tally, limits } = this.#options;
    const speaks = (): number => this.speaks;
    const watch = new HostWatch({ visitor, disk: this.disk, oracle, tally, windowBytes: limits.windowBytes, speaks });
    this.#sockets.set(id, { connection, visitor, kept, watch });
    this.#room?.open(id, visitor, nonce);
    scheduler.after(random.between(0, network.latencyUs), () => {
      if (connection.isOpenAt("client") && !connection.isDead) client.onOpen(nonce);
    });
    return connection;
  }

  /** PUT of a genesis. */
  found(genesis: Uint8Array, done: (result: FoundResult | null) => void): void {
    this.call((room) => room.found(genesis), done);
  }

  changeGrants(changes: readonly Grant[], attribution: Attribution, done: (result: WriteResult | null) => void): void {
    this.call((room) => room.changeGrants(changes, attribution), done);
  }

  start(): void {
    this.#starts += 1;
    this.#clockSkewUs = Math.round(this.#options.random.between(-2_000_000, 2_000_000));
    this.#room = this.#openRoom();
    if (this.#isRestoring) return this.#reopen();
    // Its alarm finds that the log was begun anew after the newest snapshot.
    if ((this.#room.ledger?.generations.at(-1)?.seq ?? 0) > (this.disk.snapshot?.at.seq ?? 0)) this.snapshot();
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
    if (!this.#isQuiet) return;
    this.#options.tally.hibernations += 1;
    this.#life += 1;
    const room = this.#openRoom();
    this.#room = room;
    for (const socket of this.#sockets.values()) {
      socket.watch.forgot();
      room.resume(socket.kept);
    }
  }

  get #isQuiet(): boolean {
    return this.#room !== null && this.#receiving === 0 && this.#calls.size === 0 && this.disk.isClean;
  }

  #openRoom(): Room {
    const life = this.#life;
    const { noteId, platform, scheduler } = this.#options;
    const ifAlive = (run: () => void): void => {
      if (life === this.#life) run();
    };
    const certificate = fakeCertificate(platform, { device: GATEWAY_KEY.publicKey, principal: GATEWAY, note: null });
    return new Room(noteId, {
      log: this.disk.openLog(),
      archive: this.disk.openArchive(),
      sha256,
      verifier: { keyOk: isFakeKey, verify: (key, signature, message) => this.#verify(key, signature, message) },
      platformKey: platform.publicKey,
      limits: this.#options.limits,
      newest: this.speaks,
      gateway: {
        signer: { publicKey: GATEWAY_KEY.publicKey, sign: (message) => this.#later(GATEWAY_KEY.sign(message)) },
        certificate,
      },
      nowUs: () => scheduler.nowUs + this.#clockSkewUs,
      send: (connection, frame) =>
        ifAlive(() => {
          this.#sockets.get(connection)?.watch.says(frame);
          this.disk.whenDurable(() => this.#sent(connection, frame));
        }),
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

  /** A call over HTTP. `done` gets null where the server went away meanwhile. */
  call<T>(start: (room: Room) => Promise<T>, done: (result: T | null) => void): void {
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
    const message = tryDecodeUp(whole);
    if (message !== null) socket.watch.came(message);
    const frame = this.#refuse(socket, whole, message);
    if (frame === null) return;
    const life = this.#life;
    this.#receiving += 1;
    this.#options.onAsync();
    this.#watched(life, room.receive(id, frame), () => {
      this.#receiving -= 1;
      if (message !== null) socket.watch.took(message);
      if (this.#options.isSleepy) this.hibernate();
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
  #refuse(socket: Socket, frame: Uint8Array, message: Up | null): Uint8Array | null {
    if (message?.type !== "ops" || message.envelopes.some(({ length }) => length < HEADER_BYTES)) return frame;
    this.onOps(socket.connection);
    const { refusals, rest } = this.edge.judge(message, frame);
    for (const refusal of refusals) this.#nack(socket, refusal);
    return rest;
  }

  #nack(socket: Socket, nack: Refusal): void {
    const frame = encodeDown({ type: "nack", ...nack });
    this.disk.whenDurable(() => this.#sent(socket.connection.id, frame));
  }

  #sent(id: number, frame: Uint8Array): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    socket.watch.leaves(frame);
    socket.connection.send("client", this.onSend(socket.connection, frame));
  }

  #end(id: number, reason: CloseReason): void {
    const socket = this.#sockets.get(id);
    socket?.watch.closes(reason);
    socket?.connection.close("server", reason);
    this.#sockets.delete(id);
  }

  #left(id: number): void {
    if (!this.#sockets.delete(id)) return;
    this.#room?.leave(id);
  }

  #committed(rows: readonly LogRow[]): void {
    this.#options.tally.opsCommitted += rows.length;
    for (const row of rows) this.#options.oracle.add(row);
    if (this.#options.isSleepy) this.#options.scheduler.after(0, () => this.hibernate());
  }
}

function tryDecodeUp(frame: Uint8Array): Up | null {
  try {
    return decodeUp(frame);
  } catch (error) {
    if (error instanceof Violation) throw error;
    return null;
  }
}
