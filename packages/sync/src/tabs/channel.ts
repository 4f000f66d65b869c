// What the tabs of one device say to each other about one note. One of them leads: it holds the Web Lock, the socket and the
// store. The others follow: they send it their edits and show what it sends back.
import type { SaveFacts } from "../engine/save-state.ts";

export type TabMessage =
  /** A follower is here and wants the document. */
  | { readonly type: "join"; readonly from: string }
  /** The leader's answer, and what a new leader says to everybody (`to` null). */
  | {
      readonly type: "state";
      readonly to: string | null;
      readonly update: Uint8Array;
      /** Names the document that the tabs share. */
      readonly epoch?: string | undefined;
    }
  /** An edit of the text by a tab, the leader included; each tab knows it until it is kept. */
  | {
      readonly type: "edit";
      readonly from: string;
      readonly id: number;
      readonly update: Uint8Array;
      /** The document that it was made in. */
      readonly epoch?: string | undefined;
    }
  /** That edit is on the disk, or in the log. */
  | { readonly type: "kept"; readonly to: string; readonly id: number }
  /** Updates that every other tab should have. */
  | { readonly type: "updates"; readonly updates: readonly Uint8Array[] }
  | {
      readonly type: "facts";
      readonly facts: Omit<SaveFacts, "keeps">;
      readonly keeps?: SaveFacts["keeps"] | undefined;
      readonly peers: ReadonlyMap<number, Uint8Array>;
    }
  /** What the leader's log holds besides the text: Ledger.save(), and what waits to be sent, by bucket. */
  | {
      readonly type: "buckets";
      readonly ledger: Uint8Array | null;
      readonly pending: ReadonlyMap<string, readonly Uint8Array[]>;
    }
  /** An entry for another bucket than the text; in a note, where it is known until it is kept, with its tab and id. */
  | {
      readonly type: "write";
      readonly from?: string | undefined;
      readonly id?: number | undefined;
      readonly bucket: string;
      readonly payload: Uint8Array;
    }
  | { readonly type: "confirm_restore" }
  /** The follower's person and caret, shown in place of the leader's. */
  | { readonly type: "present"; readonly payload: Uint8Array }
  | { readonly type: "flush" }
  /**
   * The document is another one, which holds `update`. `was`: the text of the one before, as the leader had it at the end: what a
   * tab has beyond it, it says again.
   */
  | { readonly type: "rebuild"; readonly was: string; readonly update: Uint8Array; readonly epoch: string };

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
