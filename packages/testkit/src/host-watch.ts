// Watches what leaves the server for one socket: an ACK must speak the truth, a DELIVER must go on where the last one ended, nothing
// may go to somebody who lost access, no more than the window may be outstanding, and who speaks version 1 is sent nothing else.
import { equalBytes, toHex } from "@reed/bytes";
import { decodeOp } from "@reed/log";
import { type CloseReason, COMPACT_VERSION, decodeDown, type Up } from "@reed/protocol";
import type { Visitor } from "@reed/room";
import { sha256 } from "./keys.ts";
import type { LogOracle } from "./log-oracle.ts";
import type { ServerDisk } from "./server-disk.ts";
import type { Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";
import { assertReadableDown } from "./wire-1-client.ts";

const DELIVER_TYPE = 0x44;
const NACK_TYPE = 0x43;

export interface WatchOptions {
  readonly visitor: Visitor;
  readonly disk: ServerDisk;
  readonly oracle: LogOracle;
  readonly tally: Tally;
  readonly windowBytes: number;
  /** The newest version of the wire that the server speaks. */
  readonly speaks: () => number;
}

export class HostWatch {
  readonly #options: WatchOptions;
  /** The last position that was delivered; null before HELLO. */
  #sentSeq: number | null = null;
  #version = 0;
  /** Bytes of DELIVER frames since HELLO or HEAD: said by the room, and dealt with as far as receipts say that it took. */
  #saidBytes = 0;
  #dealtBytes = 0;
  /** Of receipts that came and that the room may or may not have taken yet, oldest first. */
  readonly #receipts: number[] = [];
  /** What each op that came follows, and the ops that the room has held back. */
  readonly #prevs = new Map<string, string>();
  readonly #held = new Set<string>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** The room's memory is gone: it takes its sockets to be where its log is. */
  forgot(): void {
    if (this.#sentSeq !== null) this.#sentSeq = this.#options.disk.committedSeq;
    this.#saidBytes = 0;
    this.#dealtBytes = 0;
    this.#held.clear();
  }

  came(message: Up): void {
    if (message.type === "hello") {
      this.#sentSeq ??= message.cursor.seq;
      this.#version = Math.min(message.highestVersion, this.#options.speaks());
    }
    if (message.type === "ops") for (const envelope of message.envelopes) this.#cameOp(envelope);
    if (message.type === "receipt") this.#receipts.push(message.bytes);
  }

  /** The room has dealt with `message`. */
  took(message: Up): void {
    if (message.type !== "receipt") return;
    this.#dealtBytes = this.#countedAtMost(message.bytes);
    this.#receipts.shift();
  }

  /** What the room says, before it is durable. */
  says(frame: Uint8Array): void {
    if (frame[0] === DELIVER_TYPE) this.#saysDeliver(frame.length);
    if (frame[0] !== NACK_TYPE) return;
    const message = decodeDown(frame);
    if (message.type !== "nack" || message.code !== "rate") return;
    this.#held.add(toHex(message.opId));
    this.#options.tally.rateRefusals += 1;
  }

  closes(reason: CloseReason): void {
    if (reason === "snapshot_needed") this.#options.tally.snapshotsNeeded += 1;
    const isKnown = this.#version !== 1 || reason !== "snapshot_needed";
    assertThat(isKnown, "a version 1 client is told nothing that it does not know", () => reason);
  }

  leaves(frame: Uint8Array): void {
    if (this.#version === 1) assertReadableDown(frame);
    const message = decodeDown(frame);
    const { disk, oracle, tally, visitor } = this.#options;
    switch (message.type) {
      case "ack":
        tally.acks += message.ops.length;
        for (const { opId, seq } of message.ops) {
          const row = disk.committedRow(seq);
          const isThere = row !== null && equalBytes(row.opId, opId);
          assertThat(isThere, "an acknowledged op is in the log at its place", () => `${toHex(opId)} at ${seq}`);
        }
        return;
      case "nack":
        if (message.class === "retry") tally.nacksRetry += 1;
        if (message.class === "reissue") tally.nacksReissue += 1;
        if (message.code === "prev") this.#assertNotHeld(toHex(message.opId));
        if (message.code !== "rate") this.#held.delete(toHex(message.opId));
        if (message.class === "never") tally.nacksNever += 1;
        return;
      case "welcome":
        if (message.version === 1 && this.#options.speaks() === 1) tally.oldServers += 1;
        return;
      case "deliver": {
        const last = message.firstSeq + message.items.length - 1;
        if (last < message.headSeq) tally.pagesCut += 1;
        const compact = message.items.filter(({ type }) => type === "compact").length;
        tally.compactOps += compact;
        const isSpoken = compact === 0 || this.#version >= COMPACT_VERSION;
        assertThat(isSpoken, "who asks for whole ops gets no other", () => `version ${this.#version}`);
        const lostAt = this.#lostAccessAt(visitor);
        assertThat(last <= oracle.headSeq, "only committed ops are delivered", () => `${last}`);
        const isAllowed = lostAt === null || last < lostAt;
        assertThat(isAllowed, "who lost access gets no more ops", () => `op ${last}, lost at ${lostAt}`);
        const isNext = message.firstSeq === (this.#sentSeq ?? 0) + 1;
        assertThat(isNext, "a socket gets the log without gaps", () => `${message.firstSeq} after ${this.#sentSeq}`);
        this.#sentSeq = last;
        return;
      }
      default:
    }
  }

  #saysDeliver(bytes: number): void {
    if (this.#version === 1) return;
    const { tally, windowBytes } = this.#options;
    const outstanding = this.#saidBytes - this.#countedAtMost(...this.#receipts);
    assertThat(outstanding <= windowBytes, "who gives no receipts gets nothing more", () => `${outstanding}`);
    this.#saidBytes += bytes;
    if (outstanding + bytes > windowBytes) tally.lags += 1;
  }

  /** What the room counts as dealt with where it has taken receipts of `bytes` by now: none counts for more than it had said. */
  #countedAtMost(...bytes: readonly number[]): number {
    return Math.max(this.#dealtBytes, Math.min(this.#saidBytes, Math.max(0, ...bytes)));
  }

  #cameOp(envelope: Uint8Array): void {
    try {
      const { opId, prev } = decodeOp(envelope, sha256);
      this.#prevs.set(toHex(opId), toHex(prev));
    } catch {
      // Not an op: the room says so.
    }
  }

  #assertNotHeld(opId: string): void {
    const isHeld = this.#held.has(this.#prevs.get(opId) ?? "");
    assertThat(!isHeld, "what follows an op that has to wait waits with it", () => opId);
  }

  /** Where in the log `visitor` lost all access; null where it has some. */
  #lostAccessAt({ user, link }: Visitor): number | null {
    const { oracle } = this.#options;
    if (oracle.control === null) return null;
    const ways = [user, link].filter((principal) => principal !== null);
    if (ways.some((principal) => oracle.roleOf(principal) !== null)) return null;
    return Math.max(...ways.map((principal) => oracle.changedAt(principal)));
  }
}
