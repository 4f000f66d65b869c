// The chat channels that have the note: those among the grants of its log, as a table, as MemberTable keeps the users. Beside them,
// whose device it is that came through a channel: the log knows such a device only as the channel, and history says the person.
import { isRole, type Role, ROLES } from "@reed/access";
import { channelIdOf, type Grant, hexKey, type Principal, userIdOf, userPrincipal } from "@reed/log";
import { integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";

export const CHANNELS_TABLES: readonly string[] = [
  `CREATE TABLE channels (
    channel TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    since_us INTEGER NOT NULL,
    shared_by TEXT
  ) WITHOUT ROWID`,
  "CREATE TABLE channel_devices (device TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID",
];

/** Channels of one note. */
export const MAX_CHANNELS = 100;

export interface ChannelRow {
  readonly channel: string;
  readonly role: Role;
  /** Since when it has had the note, in whatever role. */
  readonly sinceUs: number;
  /** User id of whoever gave it. */
  readonly sharedBy: string | null;
}

const rowSchema = v.object({ channel: v.string(), role: v.picklist(ROLES), shared_by: v.nullable(v.string()) });
const deviceSchema = v.object({ user_id: v.string() });

export class ChannelTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Whoever has had it longest first. */
  list(): readonly ChannelRow[] {
    return this.#sql.run("SELECT * FROM channels ORDER BY since_us, channel").map(channelOf);
  }

  find(channel: string): ChannelRow | null {
    const [row] = this.#sql.run("SELECT * FROM channels WHERE channel = ?", channel);
    return row === undefined ? null : channelOf(row);
  }

  /** What a control op by `actor` changed at `atUs`. The channels that it was about. */
  apply(changes: readonly Grant[], actor: Principal | null, atUs: number): readonly string[] {
    const by = userIdOf(actor);
    return changes.flatMap(({ principal, role }) => {
      if (channelIdOf(principal) === null) return [];
      if (isRole(role))
        this.#sql.run(
          `INSERT INTO channels (channel, role, since_us, shared_by) VALUES (?, ?, ?, ?)
           ON CONFLICT (channel) DO UPDATE SET role = excluded.role`,
          principal,
          role,
          atUs,
          by,
        );
      else this.#sql.run("DELETE FROM channels WHERE channel = ?", principal);
      return [principal];
    });
  }

  /** A device of `userId` came through a channel. */
  learnDevice(device: Uint8Array, userId: string): void {
    const key = hexKey(device);
    if (this.userOf(key) === userPrincipal(userId)) return;
    this.#sql.run("INSERT OR REPLACE INTO channel_devices (device, user_id) VALUES (?, ?)", key, userId);
  }

  /** Whose `device` (hex) is, as far as it came through a channel. */
  userOf(device: string): Principal | null {
    const [row] = this.#sql.run("SELECT user_id FROM channel_devices WHERE device = ?", device);
    return row === undefined ? null : userPrincipal(v.parse(deviceSchema, row).user_id);
  }

  forget(userId: string): void {
    this.#sql.run("DELETE FROM channel_devices WHERE user_id = ?", userId);
  }
}

function channelOf(row: SqlRow): ChannelRow {
  const { channel, role, shared_by: sharedBy } = v.parse(rowSchema, row);
  return { channel, role, sinceUs: integerOf(row, "since_us"), sharedBy };
}
