// The room's ports, as a Durable Object has them.
import { createHash } from "node:crypto";
import { ed25519, sha256 as sha256InScript } from "@reed/crypto";
import type { LogRow, Sha256, SyncLogStore } from "@reed/log";
import { integerOf, type RoomPorts, type Sql, SqliteArchive, SqliteLogStore } from "@reed/room";
import type { Config } from "../env.ts";
import type { RoomMeter } from "../metrics/room-meter.ts";
import type { Sockets } from "./sockets.ts";

/** Enough to prove a device's double dealing; a hostile one must not fill the disk with it. */
const MAX_EVIDENCE = 64;

/** Below this the way into the engine costs more than the hash. */
const SCRIPT_BYTES = 4096;

export const sha256: Sha256 = (...parts) => {
  if (parts.reduce((sum, { length }) => sum + length, 0) < SCRIPT_BYTES) return sha256InScript(...parts);
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

export interface PortsOptions {
  readonly ctx: DurableObjectState;
  readonly config: Config;
  readonly sql: Sql;
  readonly sockets: Sockets;
  readonly meter: RoomMeter;
  tick(): void;
  onAppend(rows: readonly LogRow[]): void;
  /** Whether the log keeps every op for ever. */
  isCompliant(): boolean;
}

export interface HostPorts extends RoomPorts {
  readonly archive: SqliteArchive;
}

export function createPorts({
  ctx,
  config,
  sql,
  sockets,
  meter,
  tick,
  onAppend,
  isCompliant,
}: PortsOptions): HostPorts {
  const nowUs = createClock();
  const log = new AbortingLog(ctx, sql);
  return {
    log,
    archive: new SqliteArchive(sql, { log, sha256, isCompliant }),
    sha256,
    verifier: ed25519,
    platformKey: config.platform.publicKey,
    gateway: config.gateway,
    limits: config.limits,
    nowUs,
    send: (connection, frame) => {
      meter.sent(frame);
      sockets.send(connection, frame);
    },
    close: (connection, reason) => {
      meter.closed(reason);
      sockets.close(connection, reason);
    },
    keepSession: (session) => sockets.keep(session),
    wakeIn: (delayMs) => void setTimeout(tick, delayMs),
    onAppend: (rows) => {
      meter.appended(rows);
      onAppend(rows);
    },
    keepEvidence: (opId, envelope) => {
      meter.forked();
      keepEvidence(sql, opId, envelope, nowUs());
    },
  };
}

/** µs since the epoch, never the same twice: the platform's clock stands still while a request runs. */
function createClock(): () => number {
  let lastUs = 0;
  return () => (lastUs = Math.max(lastUs + 1, Date.now() * 1000));
}

/** The log on disk. Where the disk refuses, the object ends, for its memory would be ahead of what is kept. */
class AbortingLog implements SyncLogStore {
  readonly #ctx: DurableObjectState;
  readonly #store: SqliteLogStore;

  constructor(ctx: DurableObjectState, sql: Sql) {
    this.#ctx = ctx;
    this.#store = new SqliteLogStore(sql);
  }

  append(rows: readonly LogRow[]): void {
    try {
      this.#store.append(rows);
    } catch (cause) {
      this.#ctx.abort("the log could not be written");
      throw cause;
    }
  }

  firstSeq(): number {
    return this.#store.firstSeq();
  }

  drop(throughSeq: number, limit: number): number {
    return this.#store.drop(throughSeq, limit);
  }

  read(fromSeq: number, limit: number): readonly LogRow[] {
    return this.#store.read(fromSeq, limit);
  }

  lastSeq(): number {
    return this.#store.lastSeq();
  }
}

function keepEvidence(sql: Sql, opId: Uint8Array, envelope: Uint8Array, keptUs: number): void {
  const [row] = sql.run("SELECT count(*) AS kept FROM evidence");
  if (row !== undefined && integerOf(row, "kept") >= MAX_EVIDENCE) return;
  sql.run("INSERT OR IGNORE INTO evidence (op_id, envelope, kept_us) VALUES (?, ?, ?)", opId, envelope, keptUs);
}
