// The history of one note (docs/spec/history.md): versions come by themselves while text is written, people name them, look at
// them and bring them back. Reads the projection's document, and writes the log only through the room.
import { titleOf } from "@reed/card";
import { fromHex } from "@reed/bytes";
import {
  type Attribution,
  channelIdOf,
  type Ledger,
  type LogRow,
  parsePrincipal,
  type Principal,
  userIdOf,
} from "@reed/log";
import type { Room, Sql, WriteResult } from "@reed/room";
import { authorship } from "@reed/text";
import type { Due, Duties } from "../host/due.ts";
import type { Projection } from "../note/projection.ts";
import { textOpOf } from "../note/text-ops.ts";
import { updatesTowards } from "../text-io/text-copy.ts";
import { authorRunsOf } from "./author-runs.ts";
import { type Version, type VersionEntry, VersionTable } from "./version-table.ts";

/** A note that has been quiet for so long has come to something. */
const QUIET_MS = 2 * 60_000;
/** While it is written without a pause, a version is kept this often. */
const INTERVAL_MS = 5 * 60_000;
/** Versions that fall to thinning one after the other go together, at one wake-up. */
const THIN_LATE_MS = 60 * 60_000;
/** What was there before a version was restored is kept under this name. */
const BEFORE_RESTORE = "Before restoring";

export interface HistoryOptions {
  readonly sql: Sql;
  readonly due: Due;
  readonly projection: Projection;
  room(): Room;
  /** Whether a device writes as the gateway. */
  isGateway(author: Uint8Array): boolean;
  /** Whose device (hex) it is that came through a channel; null where nobody knows. */
  userOfDevice(device: string): Principal | null;
  /** To be awaited before the document is asked for. */
  ready(): Promise<void>;
  nowUs(): number;
}

export class History {
  readonly duties: Duties;
  readonly #options: HistoryOptions;
  readonly #table: VersionTable;

  /** The table must be there. */
  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#table = new VersionTable(options.sql);
    this.duties = { version: (nowMs) => this.#keepDue(nowMs) };
  }

  /** Rows were appended. Only the first change after a version costs anything. */
  onAppend(rows: readonly LogRow[], nowMs: number): void {
    const { due, isGateway } = this.#options;
    // A later one is there to thin.
    if ((due.at("version") ?? Number.POSITIVE_INFINITY) <= nowMs + INTERVAL_MS) return;
    if (rows.some(({ envelope }) => textOpOf(envelope, isGateway).type === "update"))
      due.set("version", nowMs + QUIET_MS);
  }

  /** Newest first; `beforeSeq`: those older than it. */
  list(limit: number, beforeSeq?: number): readonly VersionEntry[] {
    return this.#table.list(limit, beforeSeq);
  }

  find(seq: number): Version | null {
    return this.#table.find(seq);
  }

  /** Names the text of now. */
  async keep(name: string): Promise<VersionEntry | "too_many"> {
    await this.#options.ready();
    const seq = this.#keepNow();
    const entry = this.#table.name(seq, name) === "too_many" ? null : this.#table.entry(seq);
    return entry ?? "too_many";
  }

  name(seq: number, name: string | null): VersionEntry | "too_many" | "not_found" {
    const { due, nowUs } = this.#options;
    const result = this.#table.name(seq, name);
    const thinMs = name === null ? this.#thinMs(nowUs() / 1000) : null;
    if (thinMs !== null) due.set("version", thinMs);
    return result === "named" ? (this.#table.entry(seq) ?? "not_found") : result;
  }

  /** Writes the text of a version as a new edit. What was there before is kept as a version of its own, with a name if there is room. */
  async restore(seq: number, attribution: Attribution): Promise<WriteResult | "not_found"> {
    const version = this.#table.find(seq);
    if (version === null) return "not_found";
    await this.#options.ready();
    const before = this.#keepNow();
    if (this.#table.entry(before)?.name === null) this.#table.name(before, BEFORE_RESTORE);
    return this.#options.room().writeTexts(() => this.#editsTowards(version.text), attribution);
  }

  /** Drops every version of a place below `seq`. */
  dropBelow(seq: number): void {
    this.#table.dropBelow(seq);
  }

  /** Keeps a version if it is time for one, and thins. When it is time again: for the next one, or else to thin. */
  async #keepDue(nowMs: number): Promise<number | null> {
    const { projection, ready } = this.#options;
    if (!projection.isWarm) await ready();
    const { modifiedUs } = projection.read();
    const [newest] = this.#table.list(1);
    const isKept = modifiedUs === null || newest?.atUs === modifiedUs;
    const isQuiet = isKept || nowMs - modifiedUs / 1000 >= QUIET_MS;
    const nextMs = (newest?.atUs ?? 0) / 1000 + INTERVAL_MS;
    if (!isQuiet && nowMs < nextMs) return nextMs;
    if (!isKept) {
      await ready();
      this.#keepNow();
    }
    this.#table.thin(nowMs * 1000);
    return isQuiet ? this.#thinMs(nowMs) : nowMs + INTERVAL_MS;
  }

  /** When this note is to be thinned if it stays as it is; null: never. */
  #thinMs(nowMs: number): number | null {
    const fallsMs = this.#table.nextThinning(nowMs);
    return fallsMs === null ? null : fallsMs + THIN_LATE_MS;
  }

  /** The place of a version with the text of now, made where there is none. */
  #keepNow(): number {
    const { projection, room, nowUs } = this.#options;
    const { text, modifiedUs } = projection.read();
    const [newest] = this.#table.list(1);
    if (newest !== undefined && newest.atUs === modifiedUs) return newest.seq;
    const { ledger } = room();
    if (ledger === null) throw new Error("a note without a genesis has no text");
    const { seq } = ledger.head;
    const authors = authorRunsOf(authorship(projection.document()), principals(ledger, this.#options.userOfDevice));
    this.#table.add({ seq, atUs: modifiedUs ?? nowUs(), title: titleOf(text) ?? "", text, authors });
    return seq;
  }

  /** Updates by a client that nobody knows yet, which bring the text of now to `text`. */
  #editsTowards(text: string): readonly Uint8Array[] {
    const { projection, room } = this.#options;
    return updatesTowards(projection.document(), text, room().ledger);
  }
}

/** For whom each client of the text has written; null where nothing says it. */
function principals(ledger: Ledger, userOfDevice: HistoryOptions["userOfDevice"]): (client: number) => string | null {
  const known = new Map<string, string | null>();
  return (client) => {
    const claim = ledger.claims.get(client);
    if (claim === undefined) return null;
    const before = known.get(claim);
    if (before !== undefined) return before;
    const principal = principalOf(claim, ledger, userOfDevice);
    known.set(claim, principal);
    return principal;
  };
}

/**
 * `claim`: a device's hex key, and behind a space whom the gateway wrote for. A device of a user is the user's before a link's, and
 * one that is here only by a channel is the person's whom the platform saw come with it.
 */
function principalOf(claim: string, ledger: Ledger, userOfDevice: HistoryOptions["userOfDevice"]): string | null {
  const [device = "", by] = claim.split(" ");
  if (by !== undefined) return parsePrincipal(by);
  const own = ledger.author(fromHex(device))?.principals ?? [];
  const user = own.find((principal) => userIdOf(principal) !== null);
  if (user !== undefined) return user;
  const byChannel = own.some((principal) => channelIdOf(principal) !== null) ? userOfDevice(device) : null;
  return byChannel ?? own[0] ?? null;
}
