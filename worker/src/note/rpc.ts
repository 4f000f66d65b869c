// What the worker and a note's object say to each other: plain data, already parsed, with closed codes for what may fail.
import type { LinkId, Principal } from "@reed/log";
import type { FoundResult } from "@reed/room";
import type { LinkRow } from "./links.ts";

export interface Visit {
  readonly device: Uint8Array;
  readonly user: Principal | null;
  readonly linkId: LinkId | null;
  readonly linkCertificate: Uint8Array | null;
}

export interface Admission {
  readonly user: Principal | null;
  readonly link: Principal | null;
  readonly holdsLinkSecret: boolean;
}

export interface Reader {
  readonly user: Principal | null;
  readonly linkId: LinkId | null;
}

export interface TextAnswer {
  readonly text: string;
  readonly modifiedAtMs: number | null;
}

export type CardState =
  | { readonly state: "unknown" | "restricted" | "gone" }
  | { readonly state: "content"; readonly text: string; readonly modifiedAtMs: number | null };

export interface LinkInput {
  readonly role: "viewer" | "editor";
  readonly name: string | null;
  readonly expiresUs: number | null;
  readonly maxUses: number | null;
}

export interface LinkView extends LinkRow {
  /** Sockets open now that came by it. */
  readonly live: number;
}

export interface Refusal {
  readonly code: "not_found" | "forbidden" | "too_many_links" | "overloaded";
}

export type LinkAnswer = LinkView | Refusal;

export type FoundAnswer = FoundResult;

/** A note that the gateway makes for `owner`, with its first text as Yjs updates, each small enough for one op. */
export interface NewNote {
  readonly genesis: Uint8Array;
  readonly owner: Principal;
  readonly updates: readonly Uint8Array[];
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
