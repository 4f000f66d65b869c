// A device's way to the server: the requests before a socket, the socket, and what can be asked for beside it. Each of them may
// fail as everything over a network may, and what it was asked for by a life of the device that is over is dropped.
import { equalBytes, toHex } from "@reed/bytes";
import { decodeOp, decodeSnapshot, type NoteId, noteIdBytes, type Op, type Snapshot, verifySnapshot } from "@reed/log";
import { COMPACT_VERSION, decodeUp, MAX_IN_FLIGHT_OPS } from "@reed/protocol";
import type { Visitor } from "@reed/room";
import type { EngineEvent } from "@reed/sync/engine";
import type { Host } from "./host.ts";
import { FAKE_VERIFIER, sha256 } from "./keys.ts";
import type { Connection } from "./network.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";
import { assertReadableUp } from "./wire-1-client.ts";

export interface LineOptions {
  readonly name: string;
  readonly noteId: NoteId;
  readonly visitor: Visitor;
  readonly certificates: readonly Uint8Array[];
  /** For the device that makes the note. */
  readonly genesis: Uint8Array | null;
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
  /** Called when work goes on in promises. */
  readonly onAsync: () => void;
  /** Whether the program here knows the first version of the wire only. */
  readonly isOld: () => boolean;
  /** An event for the engine, less its time. */
  readonly onEvent: (event: Untimed<EngineEvent>) => void;
}

export type Untimed<Event> = Event extends unknown ? Omit<Event, "nowUs"> : never;

const STEP_US = 400;
const TICKET_US = 60_000;

export class DeviceLine {
  readonly #options: LineOptions;
  #connection: Connection | null = null;
  #life = 0;
  #attempt = 0;
  #hasFounded = false;
  /** Which op this device signed for each of its counters. */
  readonly #signed = new Map<number, string>();
  isOnline = true;
  /** A frame to this device was changed on the way. */
  wasTampered = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  /** This life of the device is over: whatever it asked for, nobody waits. */
  end(): void {
    this.#life += 1;
    this.#attempt += 1;
  }

  /** Ends the socket in order. */
  hangUp(): void {
    this.#attempt += 1;
    this.#connection?.close("client", null);
    this.#connection = null;
  }

  /** The machine is gone without a word. */
  vanish(): void {
    this.#connection?.vanish("client");
    this.#connection = null;
  }

  connect(): void {
    const { host, random, visitor, certificates, onEvent } = this.#options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    const goOn = (run: () => void): void =>
      this.#later(random.between(0, TICKET_US), () => {
        if (isCurrent()) run();
      });
    const refuse = (code: string, isFinal: boolean): void =>
      onEvent({ type: "ticket_refused", code, isFinal, chance: random.next() });
    goOn(() => {
      if (!this.#isReachable) return refuse("unreachable", false);
      this.#found((isThere) => {
        goOn(() => {
          if (!isThere || !this.#isReachable) return refuse("unreachable", false);
          onEvent({ type: "certificates", certificates });
          if (!isCurrent()) return;
          if (!host.mayEnter(visitor)) return refuse("not_found", true);
          this.#openSocket();
        });
      });
    });
  }

  send(frame: Uint8Array): void {
    const { host, isOld } = this.#options;
    if (isOld() || host.speaks === 1) assertReadableUp(frame);
    const message = decodeUp(frame);
    if (message.type === "receipt") this.#options.tally.receipts += 1;
    if (message.type === "hello" && !isOld() && message.highestVersion < COMPACT_VERSION) {
      this.#options.tally.wholeAsked += 1;
      assertThat(this.wasTampered, "what is sent compact can be put together again");
    }
    if (message.type === "ops") for (const envelope of message.envelopes) this.#checkOwn(decodeOp(envelope, sha256));
    assertThat(
      message.type !== "ops" || message.envelopes.length <= MAX_IN_FLIGHT_OPS,
      "a client keeps to the limit of ops in flight",
    );
    this.#connection?.send("server", frame);
  }

  /** GET of the newest snapshot. */
  fetchSnapshot(): void {
    const { host, random, noteId, visitor, tally, onAsync, onEvent, isOld } = this.#options;
    const answer = (snapshot: Snapshot | "none" | "unreached"): void =>
      onEvent({ type: "snapshot_fetched", snapshot, chance: random.next() });
    this.#later(random.between(0, TICKET_US), () => {
      if (isOld()) return answer("none");
      if (!this.#isReachable || random.chance(0.05) || !host.mayEnter(visitor)) return answer("unreached");
      const file = host.snapshotFile();
      if (file === null) return answer("none");
      const life = this.#life;
      onAsync();
      void verifySnapshot(decodeSnapshot(file), noteId, { sha256, verifier: FAKE_VERIFIER }).then((snapshot) => {
        tally.snapshotsLoaded += 1;
        if (life === this.#life) this.#later(STEP_US, () => answer(snapshot));
      });
    });
  }

  /** GET of where the server's text stands. */
  fetchState(): void {
    const { host, random, visitor, onEvent, isOld } = this.#options;
    if (isOld()) return;
    this.#later(random.between(0, TICKET_US), () => {
      const state = this.#isReachable && host.mayEnter(visitor) ? host.state() : null;
      if (state !== null) onEvent({ type: "server_state", at: state.at, stateHash: state.stateHash });
    });
  }

  get #isReachable(): boolean {
    return this.isOnline && this.#options.host.isUp;
  }

  #later(delayUs: number, run: () => void): void {
    const life = this.#life;
    this.#options.scheduler.after(delayUs, () => {
      if (life === this.#life) run();
    });
  }

  #found(then: (isThere: boolean) => void): void {
    const { genesis, host } = this.#options;
    if (genesis === null || this.#hasFounded) return then(true);
    const life = this.#life;
    host.found(genesis, (result) => {
      const isTaken = result === null || result === "created" || result === "same";
      assertThat(isTaken, "a genesis is taken, and taken again", () => JSON.stringify(result));
      this.#hasFounded ||= result !== null;
      if (life === this.#life) then(result !== null);
    });
  }

  #openSocket(): void {
    const { host, random, tally, visitor, onEvent } = this.#options;
    const life = this.#life;
    const ifCurrent = (run: () => void): void => {
      if (life === this.#life && this.#connection === connection) run();
    };
    const connection = host.connect(visitor, {
      onOpen: (nonce) => ifCurrent(() => onEvent({ type: "socket_opened", nonce })),
      onFrame: (frame) => ifCurrent(() => onEvent({ type: "frame", frame })),
      onClosed: (reason) =>
        ifCurrent(() => {
          this.#connection = null;
          if (reason === "version_unsupported") tally.tooOld += 1;
          onEvent({ type: "socket_closed", reason, chance: random.next() });
        }),
    });
    this.#connection = connection;
    tally.connects += 1;
    if (this.#options.isOld()) tally.oldClients += 1;
  }

  #checkOwn(op: Op): void {
    const { noteId, name } = this.#options;
    assertThat(equalBytes(op.docId.subarray(0, 16), noteIdBytes(noteId)), "an op is for this note");
    const before = this.#signed.get(op.ctr);
    const opId = toHex(op.opId);
    const isSingle = before === undefined || before === opId;
    assertThat(isSingle, "a device says one thing at each of its counters", () => `${name} at ${op.ctr}`);
    this.#signed.set(op.ctr, opId);
  }
}
