// What providers write, on its way into the log: one at a time for the whole note, since two sockets of one principal may bring
// the same structs, and what is news is asked when its turn comes. What piled up meanwhile is written as one update.
import { can } from "@reed/access";
import type { Note } from "../note/note.ts";
import { freshPart, joinUpdates } from "./fresh-part.ts";
import { isLockedFor } from "./lock.ts";
import type { Refused } from "./refusal.ts";
import type { Waiting, YjsSession } from "./session.ts";

/** What fits one op, with room for its attribution; and what one socket may have waiting. */
const MAX_UPDATE_BYTES = 704 * 1024;
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

export interface WriterOptions {
  /** To be awaited before the gateway writes. */
  ready(): Promise<void>;
  /** Whether the socket is still there. */
  isOpen(session: YjsSession): boolean;
  onRefused(session: YjsSession, code: Refused, isWhole: boolean): void;
}

export class Writer {
  readonly #options: WriterOptions;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Resolves when `waiting` was written or refused. False where the socket has too much waiting. */
  async write(session: YjsSession, waiting: Waiting, note: Note): Promise<boolean> {
    session.waiting.push(waiting);
    if (session.waiting.reduce((sum, { update }) => sum + update.length, 0) > MAX_WAITING_BYTES) return false;
    const turn = this.#tail.then(() => this.#turn(session, note));
    this.#tail = turn.catch(() => undefined);
    await turn;
    return true;
  }

  async #turn(session: YjsSession, note: Note): Promise<void> {
    const batch = session.waiting;
    if (batch.length === 0) return;
    session.waiting = [];
    if (batch.length > 1 && (await this.#commit(session, batch, note)) === null) return;
    // Where one of several is at fault, or too much came together, each is judged by itself.
    for (const waiting of batch) {
      const code = await this.#commit(session, [waiting], note);
      if (code !== null) this.#options.onRefused(session, code, waiting.isWhole);
    }
  }

  /** null: written, or nothing new in it. */
  async #commit(session: YjsSession, batch: readonly Waiting[], note: Note): Promise<Refused | null> {
    if (!this.#options.isOpen(session)) return null;
    const update = joinUpdates(batch.map((waiting) => waiting.update));
    const fresh = update === "malformed" ? update : freshPart(update, note.projection.document());
    if (fresh === null || fresh === "malformed") return fresh;
    const role = note.room.roleOf(session.visitor);
    if (!can(role, "write_text")) return "forbidden";
    // The log says so too, but only to what was signed.
    if (isLockedFor(role, note.room.ledger)) return "locked";
    if (fresh.length > MAX_UPDATE_BYTES) return "too_big";
    await this.#options.ready();
    const result = await note.room.writeText(fresh, { by: session.principal, via: "yjs", session: null });
    return result.ok ? null : result.code;
  }
}
