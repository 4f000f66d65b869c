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
