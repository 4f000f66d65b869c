// What becomes of a provider whose update was refused. A provider can't take an edit back: its document keeps it, and sync step 2
// brings it again. So a socket ends only where no later try would help, and then for good; all else waits with the socket open.
import type { NackCode } from "@reed/protocol";
import type { YjsCloseReason } from "./close-code.ts";

export type Refused = NackCode | "malformed" | "too_big";

/**
 * Why a provider's edits are not taken now, in the words that it is told. read only: its role. locked: the owner has locked the
 * text. unavailable: the server could not write, which is no fault of the edit.
 */
export const DENIALS = ["read only", "locked", "unavailable"] as const;
export type Denial = (typeof DENIALS)[number];

export type Verdict =
  /** The socket goes on reading. */
  | { readonly type: "deny"; readonly why: Denial }
  /** It stands on what the note lacks, which sync step 1 brings. */
  | { readonly type: "ask" }
  | { readonly type: "end"; readonly reason: Extract<YjsCloseReason, RefusalEnd> };

type RefusalEnd = "foreign_client" | "invalid" | "note_full" | "too_big";

/** `isWhole`: the update answered our sync step 1, which leaves nothing out. */
export function verdictOn(code: Refused, isWhole: boolean): Verdict {
  switch (code) {
    case "forbidden":
      return { type: "deny", why: "read only" };
    case "locked":
      return { type: "deny", why: "locked" };
    case "text_clock_gap":
    case "text_pending_origin":
    case "text_delete_ahead":
      // It builds on what was refused before, or on what our question has yet to bring.
      return isWhole ? { type: "end", reason: "invalid" } : { type: "ask" };
    case "text_foreign_client":
      return { type: "end", reason: "foreign_client" };
    case "note_full":
    case "too_big":
      return { type: "end", reason: code };
    case "op_body_size":
      return { type: "end", reason: "too_big" };
    default: {
      // The rest is about the op around the update, which the gateway makes and signs.
      const isOfText = code === "malformed" || code.startsWith("text_");
      return isOfText ? { type: "end", reason: "invalid" } : { type: "deny", why: "unavailable" };
    }
  }
}
