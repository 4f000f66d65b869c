// What the tabs of one device say to each other about one note. One of them leads: it holds the Web Lock, the socket and the
// store. The others follow: they send it their edits and show what it sends back.
import type { SaveFacts } from "../engine/save-state.ts";

export type TabMessage =
  /** A follower is here and wants the document. */
  | { readonly type: "join"; readonly from: string }
  /** The leader's answer, and what a new leader says to everybody (`to` null). */
  | { readonly type: "state"; readonly to: string | null; readonly update: Uint8Array }
  /** An edit of a follower. */
  | { readonly type: "edit"; readonly from: string; readonly id: number; readonly update: Uint8Array }
  /** That edit is on the disk. */
  | { readonly type: "kept"; readonly to: string; readonly id: number }
  /** Updates that every other tab should have. */
  | { readonly type: "updates"; readonly updates: readonly Uint8Array[] }
  | {
      readonly type: "facts";
      readonly facts: Omit<SaveFacts, "keeps">;
      readonly peers: ReadonlyMap<number, Uint8Array>;
    }
  /** What the leader's log holds besides the text: Ledger.save(), and what waits to be sent, by bucket. */
  | {
      readonly type: "buckets";
      readonly ledger: Uint8Array | null;
      readonly pending: ReadonlyMap<string, readonly Uint8Array[]>;
    }
  /** A follower's entry for another bucket than the text. */
  | { readonly type: "write"; readonly bucket: string; readonly payload: Uint8Array }
  | { readonly type: "confirm_restore" }
  /** The follower's person and caret, shown in place of the leader's. */
  | { readonly type: "present"; readonly payload: Uint8Array }
  | { readonly type: "flush" }
  /** Everything that was not in the log is gone: load anew. */
  | { readonly type: "rebuild" };

/** A BroadcastChannel for one note; messages of other versions of the app are not understood and fall away. */
export class TabChannel {
  readonly #channel: BroadcastChannel;

  constructor(noteId: string, onMessage: (message: TabMessage) => void) {
    this.#channel = new BroadcastChannel(`reed/1/${noteId}`);
    this.#channel.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => onMessage(data));
  }

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}
