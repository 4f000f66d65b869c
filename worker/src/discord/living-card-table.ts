// The messages in channels that show a note and may be changed still, in the note's own object. The token of a message lets whoever
// has it write in our name, so it rests sealed (living-card-sender.ts), for the minutes that Discord takes it, and is never logged.
import { type Principal, parsePrincipal } from "@reed/log";
import { blobOf, integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";
import type { Exposure } from "./living-card-view.ts";

export const LIVING_CARDS_TABLE = `CREATE TABLE living_cards (
  message_id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  origin TEXT NOT NULL,
  token BLOB NOT NULL,
  revision TEXT NOT NULL,
  exposure INTEGER NOT NULL,
  edited_ms INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) WITHOUT ROWID`;

/** More messages of one note than anybody follows; the oldest stops living. */
export const MAX_LIVING_CARDS = 20;

export interface LivingCard {
  readonly messageId: string;
  readonly channel: Principal;
  /** Where the app is, for a browser. */
  readonly origin: string;
  /** Sealed. */
  readonly token: Uint8Array;
  /** Of what the message shows. */
  readonly revision: string;
  readonly exposure: Exposure;
  /** When it was last changed, and the earliest that it may be again. */
  readonly editedMs: number;
  readonly nextMs: number;
  /** From then on Discord takes the token no more. */
  readonly untilMs: number;
}

const rowSchema = v.object({
  message_id: v.string(),
  channel: v.pipe(
    v.string(),
    v.transform(parsePrincipal),
    v.check((channel) => channel !== null),
  ),
  origin: v.string(),
  revision: v.string(),
  exposure: v.picklist([0, 1, 2]),
});

export class LivingCardTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get isEmpty(): boolean {
    return this.#sql.run("SELECT 1 FROM living_cards LIMIT 1").length === 0;
  }

  /** Those that can be changed still. */
  list(nowMs: number): readonly LivingCard[] {
    this.#sql.run("DELETE FROM living_cards WHERE until_ms <= ?", nowMs);
    return this.#sql.run("SELECT * FROM living_cards ORDER BY until_ms, message_id").flatMap(cardOf);
  }

  put(card: LivingCard): void {
    const { messageId, channel, origin, token, revision, exposure, editedMs, nextMs, untilMs } = card;
    this.#sql.transaction(() => {
      this.#sql.run("DELETE FROM living_cards WHERE message_id = ?", messageId);
      this.#sql.run(
        `DELETE FROM living_cards WHERE message_id NOT IN
         (SELECT message_id FROM living_cards ORDER BY until_ms DESC, message_id LIMIT ?)`,
        MAX_LIVING_CARDS - 1,
      );
      this.#sql.run(
        "INSERT INTO living_cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        messageId,
        channel,
        origin,
        token,
        revision,
        exposure,
        Math.ceil(editedMs),
        Math.ceil(nextMs),
        Math.ceil(untilMs),
      );
    });
  }

  /** Changes what is known of a message, if it is the same token's still: pressing Refresh may have come between. */
  update(before: LivingCard, change: Partial<Pick<LivingCard, "revision" | "exposure" | "editedMs" | "nextMs">>): void {
    const { messageId, token } = before;
    const { revision, exposure, editedMs, nextMs } = { ...before, ...change };
    this.#sql.run(
      `UPDATE living_cards SET revision = ?, exposure = ?, edited_ms = ?, next_ms = ?
       WHERE message_id = ? AND token = ?`,
      revision,
      exposure,
      Math.ceil(editedMs),
      Math.ceil(nextMs),
      messageId,
      token,
    );
  }

  remove({ messageId, token }: LivingCard): void {
    this.#sql.run("DELETE FROM living_cards WHERE message_id = ? AND token = ?", messageId, token);
  }
}

function cardOf(row: SqlRow): readonly LivingCard[] {
  const { message_id: messageId, channel, origin, revision, exposure } = v.parse(rowSchema, row);
  if (channel === null) return [];
  return [
    {
      messageId,
      channel,
      origin,
      token: blobOf(row, "token"),
      revision,
      exposure,
      editedMs: integerOf(row, "edited_ms"),
      nextMs: integerOf(row, "next_ms"),
      untilMs: integerOf(row, "until_ms"),
    },
  ];
}
