// The one socket of a replica: how it begins, how it ends, and what its end means for the next. Whoever keeps something for the
// length of a socket hears of its end.
import { noteIdBytes } from "@reed/log";
import { helloMessage } from "@reed/crypto";
import { type CloseReason, COMPACT_VERSION, encodeUp, type Up, WIRE_FLOOR, WIRE_VERSION } from "@reed/protocol";
import { FORKED, type Replica } from "./replica.ts";

export class Connection {
  readonly #replica: Replica;
  readonly #onParted: () => void;
  /** Counts sockets, so that an answer to a question of an earlier one is not taken for this one's. */
  #number = 0;
  #isGreeted = false;

  constructor(replica: Replica, onParted: () => void) {
    this.#replica = replica;
    this.#onParted = onParted;
  }

  get number(): number {
    return this.#number;
  }

  /** HELLO has left: ops may follow it. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  send(message: Up): void {
    this.#replica.emit({ type: "send", frame: encodeUp(message) });
  }

  /** A socket is open: says who this is and what it has read, and `then` what is still to be said. */
  greet(nonce: Uint8Array, then: () => void): void {
    this.#number += 1;
    const socket = this.#number;
    const { options, link } = this.#replica;
    const { lowest, highest } = options.wire ?? { lowest: WIRE_FLOOR, highest: WIRE_VERSION };
    this.#replica.sign([helloMessage(nonce, noteIdBytes(options.noteId))], ([proof]) => {
      if (socket !== this.#number || link.state !== "trying" || proof === undefined) return;
      const { ledger, presence, wantsWholeOps } = this.#replica;
      const cursor = ledger?.head ?? { seq: 0, chain: new Uint8Array(32) };
      const highestVersion = wantsWholeOps ? Math.min(highest, COMPACT_VERSION - 1) : highest;
      const versions = { lowestVersion: lowest, highestVersion };
      this.send({ type: "hello", ...versions, device: options.device, proof, cursor, presence });
      this.#isGreeted = true;
      then();
    });
  }

  /** The socket is gone or never came. `problem`: what people are told, where it is more than the network. */
  parted(reason: CloseReason | null, problem: string | null, chance: number, nowUs: number): void {
    const replica = this.#replica;
    this.#number += 1;
    this.#isGreeted = false;
    replica.link.ended(reason, chance, nowUs);
    replica.welcome = null;
    this.#onParted();
    for (const item of replica.inFlight) {
      item.unanswered = 0;
      if (item.state === "sent") item.state = "waiting";
    }
    if (replica.peers.size > 0) {
      replica.peers.clear();
      replica.emit({ type: "peers", peers: new Map() });
    }
    if (problem !== null && (replica.link.isStopped || reason === "access_ended")) replica.problem ??= problem;
    replica.emit({ type: "status" });
  }

  /** Leaves this socket and comes back at once: something was missed, and HELLO says from where. */
  reconnect(): void {
    this.#leave(0, 0);
    this.#replica.link.hurry();
  }

  /** Leaves this socket and comes back then. */
  returnAt(atUs: number, nowUs: number): void {
    this.#leave(0, nowUs);
    this.#replica.link.waitUntil(atUs);
  }

  /** Leaves this socket for something that must be done before the next. */
  pause(): void {
    this.#leave(0, 0);
    this.#replica.link.pause();
  }

  /** What came was not what the server may send: nothing of it is taken, and the same is asked for again, later. */
  tampered(nowUs: number): void {
    this.#leave(1, nowUs);
    this.#replica.problem = "tampered";
  }

  fork(): void {
    this.#replica.problem = FORKED;
    this.#leave(0, 0);
    this.#replica.link.isStopped = true;
  }

  #leave(chance: number, nowUs: number): void {
    this.#replica.emit({ type: "disconnect" });
    this.parted(null, null, chance, nowUs);
  }
}
