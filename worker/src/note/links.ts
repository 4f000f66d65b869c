// The ledger of share links: a name, a secret and a count for each grant that the log gives to a link. The log decides who may
// do what; this table adds what only owners see, and the one rule that a log can't keep: how many devices may come by a link.
import { type LinkId, parsePrincipal, type Principal } from "@reed/log";
import { blobOf, integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";

export const MAX_LINKS = 50;

export interface LinkRow {
  readonly linkId: string;
  readonly principal: string;
  readonly role: "viewer" | "editor";
  readonly name: string | null;
  readonly createdUs: number;
  readonly createdBy: Principal;
  readonly expiresUs: number | null;
  readonly maxUses: number | null;
  /** Of an edit link: 16 bytes, kept so that its owner can copy it again. */
  readonly secret: Uint8Array | null;
  readonly revokedUs: number | null;
  readonly lastUsedUs: number | null;
  readonly uses: number;
}

export type NewLink = Omit<LinkRow, "revokedUs" | "lastUsedUs" | "uses">;

/** open: a newcomer may use it. used_up: only devices that came by it before. */
export type LinkState = "open" | "used_up" | "ended";

export class LinkTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(linkId: LinkId): LinkRow | null {
    const [row] = this.#sql.run("SELECT * FROM links WHERE link_id = ?", linkId);
    return row === undefined ? null : linkOf(row);
  }

  /** Links that were not revoked, oldest first. */
  list(): readonly LinkRow[] {
    return this.#sql.run("SELECT * FROM links WHERE revoked_us IS NULL ORDER BY created_us, link_id").map(linkOf);
  }

  add(link: NewLink): void {
    this.#sql.run(
      `INSERT INTO links (link_id, principal, role, name, created_us, created_by, expires_us, max_uses, secret, uses)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
      link.linkId,
      link.principal,
      link.role,
      link.name,
      link.createdUs,
      link.createdBy,
      link.expiresUs,
      link.maxUses,
      link.secret,
    );
  }

  /** What may change of a link. */
  change(linkId: string, { name, expiresUs, maxUses }: Pick<LinkRow, "name" | "expiresUs" | "maxUses">): void {
    this.#sql.run(
      "UPDATE links SET name = ?, expires_us = ?, max_uses = ? WHERE link_id = ?",
      name,
      expiresUs,
      maxUses,
      linkId,
    );
  }

  /** The secret goes: a revoked link is never shown again. */
  revoke(linkId: LinkId, atUs: number): void {
    this.#sql.run("UPDATE links SET revoked_us = ?, secret = NULL WHERE link_id = ?", atUs, linkId);
  }

  /** Counts a device's first coming by the link. False where it has ended, or is used up and the device new; nothing changes then. */
  use(link: LinkRow, device: Uint8Array, atUs: number): boolean {
    const isKnown =
      this.#sql.run("SELECT 1 FROM link_uses WHERE principal = ? AND device = ?", link.principal, device).length > 0;
    const state = linkStateOf(link, atUs);
    if (state === "ended" || (!isKnown && state !== "open")) return false;
    this.#sql.transaction(() => {
      if (!isKnown) this.#sql.run("INSERT INTO link_uses (principal, device) VALUES (?, ?)", link.principal, device);
      this.#sql.run(
        "UPDATE links SET last_used_us = ?, uses = uses + ? WHERE link_id = ?",
        atUs,
        isKnown ? 0 : 1,
        link.linkId,
      );
    });
    return true;
  }
}

export function linkStateOf(link: LinkRow, atUs: number): LinkState {
  if (link.revokedUs !== null || (link.expiresUs !== null && link.expiresUs <= atUs)) return "ended";
  return link.maxUses !== null && link.uses >= link.maxUses ? "used_up" : "open";
}

/** What an owner's list has for the whole row; `live`: sockets open now that came by it. */
export function liveByLink(visitors: readonly { readonly link: Principal | null }[]): ReadonlyMap<string, number> {
  const live = new Map<string, number>();
  for (const { link } of visitors) if (link !== null) live.set(link, (live.get(link) ?? 0) + 1);
  return live;
}

const textColumns = v.object({
  link_id: v.string(),
  principal: v.string(),
  role: v.picklist(["viewer", "editor"]),
  name: v.nullable(v.string()),
  created_by: v.pipe(v.string(), v.transform(parsePrincipal), v.nonNullable(v.custom<Principal>(isText))),
});

function linkOf(row: SqlRow): LinkRow {
  const texts = v.parse(textColumns, row);
  return {
    linkId: texts.link_id,
    principal: texts.principal,
    role: texts.role,
    name: texts.name,
    createdUs: integerOf(row, "created_us"),
    createdBy: texts.created_by,
    expiresUs: integerOrNull(row, "expires_us"),
    maxUses: integerOrNull(row, "max_uses"),
    secret: row["secret"] === null ? null : blobOf(row, "secret"),
    revokedUs: integerOrNull(row, "revoked_us"),
    lastUsedUs: integerOrNull(row, "last_used_us"),
    uses: integerOf(row, "uses"),
  };
}

function integerOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : integerOf(row, column);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
