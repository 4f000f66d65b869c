// Whom owners keep out, whatever links they hold: users, and devices whose user is not known. A block of a user holds for every
// device that wrote here for that user.
import { toBase64Url } from "@reed/bytes";
import { type Ledger, type Principal, userIdOf, userPrincipal } from "@reed/log";
import { integerOf, type Sql, type Visitor } from "@reed/room";
import * as v from "valibot";

export const BLOCKS_TABLE = `CREATE TABLE blocks (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID`;

/** `id`: a user id, or a device's public key in base64url. */
export interface Blocked {
  readonly kind: "user" | "device";
  readonly id: string;
}

export interface Block extends Blocked {
  readonly atUs: number;
  /** User id of the owner. */
  readonly by: string;
}

export const MAX_BLOCKS = 1000;

const rowSchema = v.object({ kind: v.picklist(["user", "device"]), id: v.string(), by: v.string() });

export class BlockTable {
  readonly #sql: Sql;
  readonly #users = new Set<string>();
  readonly #devices = new Set<string>();

  /** The table must be there. */
  constructor(sql: Sql) {
    this.#sql = sql;
    for (const { kind, id } of this.list()) this.#setOf(kind).add(id);
  }

  get count(): number {
    return this.#users.size + this.#devices.size;
  }

  /** Oldest first. */
  list(): readonly Block[] {
    return this.#sql
      .run("SELECT * FROM blocks ORDER BY at_us, id")
      .map((row) => ({ ...v.parse(rowSchema, row), atUs: integerOf(row, "at_us") }));
  }

  has({ kind, id }: Blocked): boolean {
    return this.#setOf(kind).has(id);
  }

  add({ kind, id, atUs, by }: Block): void {
    this.#setOf(kind).add(id);
    this.#sql.run("INSERT OR IGNORE INTO blocks (kind, id, at_us, by) VALUES (?, ?, ?, ?)", kind, id, atUs, by);
  }

  remove({ kind, id }: Blocked): void {
    this.#setOf(kind).delete(id);
    this.#sql.run("DELETE FROM blocks WHERE kind = ? AND id = ?", kind, id);
  }

  /** Whether `visitor` is kept out: by name, by key, or because the device wrote here for somebody who is. */
  stops({ user, device }: Visitor, ledger: Ledger | null): boolean {
    if (this.count === 0) return false;
    if (this.#isUser(user) || this.#devices.has(toBase64Url(device))) return true;
    const known = device.length === 0 ? null : (ledger?.author(device) ?? null);
    return known?.principals.some((principal) => this.#isUser(principal)) ?? false;
  }

  #isUser(principal: Principal | null): boolean {
    const userId = userIdOf(principal);
    return userId !== null && this.#users.has(userId);
  }

  #setOf(kind: Blocked["kind"]): Set<string> {
    return kind === "user" ? this.#users : this.#devices;
  }
}

/** Whether `visitor` comes as whoever is blocked, for receipts. */
export function isBlockedVisitor({ kind, id }: Blocked, visitor: Visitor, ledger: Ledger | null): boolean {
  if (kind === "device") return toBase64Url(visitor.device) === id;
  const principal = userPrincipal(id);
  return visitor.user === principal || (ledger?.author(visitor.device)?.principals.includes(principal) ?? false);
}
