// What the worker and a note's object say to each other: plain data, already parsed, with closed codes for what may fail.
import type { Role } from "@reed/access";
import type { LinkId, Principal } from "@reed/log";
import type { FoundResult } from "@reed/room";
import type { Named } from "../library/events.ts";
import type { Blocked } from "./blocks.ts";
import type { CutReceipt } from "./cuts.ts";
import type { LinkRow } from "./links.ts";

/** A user who calls, as people see them. */
export interface Person extends Named {
  readonly principal: Principal;
  /** The chat channel that they came through, as their session says. */
  readonly channelId?: string | null | undefined;
}

/** Who asks, for the right to ask: a user, who may have come through a chat channel. */
export type Asker = Principal | Pick<Person, "principal" | "channelId">;

export interface Visit {
  readonly device: Uint8Array;
  readonly user: Principal | null;
  readonly linkId: LinkId | null;
  readonly linkCertificate: Uint8Array | null;
  /** The channel that the user came through. */
  readonly channel?: Principal | null | undefined;
  /** Of the user, for the lists of this note. */
  readonly name?: string | undefined;
  /** The sign-in that asks. */
  readonly session?: string | null | undefined;
}

export interface Admission {
  readonly user: Principal | null;
  readonly link: Principal | null;
  readonly holdsLinkSecret: boolean;
  /** Where it has a role here. */
  readonly channel: Principal | null;
}

export interface Reader {
  readonly user: Principal | null;
  readonly linkId: LinkId | null;
  /** The channel that the user came through, as their session says. */
  readonly channel?: Principal | null | undefined;
}

export interface TextAnswer {
  readonly text: string;
  readonly modifiedAtMs: number | null;
}

/** What an address shows to anybody at all (docs/spec/cards.md); the preview level is applied already. */
export type CardState =
  | { readonly state: "unknown" | "restricted" | "sealed" | "guarded" | "gone" }
  | ({ readonly state: "title"; readonly title: string | null } & CardLook)
  | ({ readonly state: "content"; readonly people: readonly Named[] } & TextAnswer & CardLook);

export interface CardLook {
  /** As the note keeps it; null where none was chosen. */
  readonly color: string | null;
  readonly icon: string | null;
}

export interface LinkInput {
  readonly role: "viewer" | "editor";
  readonly name: string | null;
  readonly expiresUs: number | null;
  readonly maxUses: number | null;
}

/** Only what is named changes. */
export interface LinkChange {
  readonly name?: string | null;
  readonly expiresUs?: number | null;
  readonly maxUses?: number | null;
}

export interface LinkView extends LinkRow {
  readonly creator: Named | null;
  /** Sockets open now that came by it. */
  readonly live: number;
}

export interface Refusal {
  readonly code:
    | "not_found"
    | "forbidden"
    | "invalid"
    | "too_many_links"
    | "too_many_members"
    | "too_many_blocks"
    | "last_owner"
    | "not_trashed"
    | "space_only"
    | "overloaded";
}

export type LinkAnswer = LinkView | Refusal;

/** One who has the note. */
export interface Member extends Named {
  readonly role: Role;
  readonly sinceUs: number;
  /** null for whoever made the note. */
  readonly sharedBy: Named | null;
}

export interface SharedAnswer {
  readonly member: Member;
  readonly isNew: boolean;
  readonly cut: CutReceipt;
}

export type ChannelRole = "viewer" | "editor";

/** What the caller's channel has here; null: nothing. */
export interface ChannelAnswer {
  readonly role: ChannelRole | null;
}

export interface RequestView {
  readonly id: string;
  readonly user: Named;
  readonly message: string | null;
  readonly atUs: number;
}

export interface BlockView extends Blocked {
  /** Of a device: null. */
  readonly user: Named | null;
  readonly by: Named;
  readonly atUs: number;
}

export interface BlockedAnswer {
  readonly isNew: boolean;
  readonly cut: CutReceipt;
}

/** gone: a note at this address was removed for good. */
export type FoundAnswer = FoundResult | "gone";

/** Whoever brings a note that was made elsewhere. */
export interface Founder extends Named {
  /** A guest's note goes when nobody touches it for long. */
  readonly isGuest: boolean;
}

export interface MadeNote {
  /** When it goes if nobody touches it; null: never. */
  readonly expiresMs: number | null;
}

/** A note that the gateway makes for `owner`, with its first text as Yjs updates, each small enough for one op. */
export interface NewNote {
  readonly genesis: Uint8Array;
  readonly owner: Principal;
  readonly updates: readonly Uint8Array[];
  readonly name?: string | undefined;
  /** Whether the owner is a guest, whose notes go when nobody touches them for long. */
  readonly isGuest?: boolean | undefined;
}

/** `floorSeq`: the oldest position after which every op is still there. */
export type LogRefusal =
  | { readonly code: "not_found" | "no_snapshot" }
  | { readonly code: "invalid"; readonly field: string }
  | { readonly code: "compacted"; readonly floorSeq: number };

export interface ChainAnswer {
  readonly seq: number;
  readonly chain: Uint8Array;
}

export interface StateAnswer extends ChainAnswer {
  readonly stateHash: Uint8Array;
}

export interface OpsInput {
  /** null: of everybody. */
  readonly author: Uint8Array | null;
  readonly fromCtr: number;
  readonly sinceSeq: number;
  readonly limit: number;
}

export interface LoggedOp {
  readonly seq: number;
  readonly recvUs: number;
  readonly envelope: Uint8Array;
}

export interface OpsAnswer {
  readonly items: readonly LoggedOp[];
  /** Position after which the next page begins; null at the end of the log. */
  readonly nextSeq: number | null;
}

export type UpdateInput =
  | { readonly type: "since"; readonly seq: number }
  /** A Yjs state vector, not looked at yet. */
  | { readonly type: "vector"; readonly vector: Uint8Array };

export interface UpdateAnswer {
  readonly seq: number;
  /** Yjs V1. */
  readonly update: Uint8Array;
}

export interface SnapshotInput {
  /** null: the newest. */
  readonly seq: number | null;
  /** If-None-Match. */
  readonly knownTags: string | null;
}

/** `bytes` are packed with gzip; so is the blob under `key`. */
export type SnapshotAnswer = { readonly seq: number; readonly tag: string } & (
  | { readonly type: "known" }
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "blob"; readonly key: string }
);

/** `atMs`: when the backup was made; `seq`: of the generation that begins, null for the tombstone of a note. */
export interface RestoreAnswer {
  readonly atMs: number;
  readonly seq: number | null;
}
