// Edits between the tabs of one device: those that a follower has sent and the leader has not kept yet, and at the leader those that
// it took for others and has to tell them of.
import type { TabMessage } from "./channel.ts";

export class TabEdits {
  readonly tab = crypto.randomUUID();
  readonly #post: (message: TabMessage) => void;
  readonly #unkept = new Map<number, Uint8Array>();
  /** By the id that the leader's engine gave them. */
  readonly #taken = new Map<number, { readonly to: string; readonly id: number }>();
  #nextId = 1;

  constructor(post: (message: TabMessage) => void) {
    this.#post = post;
  }

  /** How many of this tab's edits no store has yet. */
  get unkept(): number {
    return this.#unkept.size;
  }

  /** Follower: hands an edit of this tab to the leader. */
  send(update: Uint8Array): void {
    const id = this.#nextId++;
    this.#unkept.set(id, update);
    this.#post({ type: "edit", from: this.tab, id, update });
  }

  /** Follower: hands over again what no leader has said to have kept. */
  resend(): void {
    for (const [id, update] of this.#unkept) this.#post({ type: "edit", from: this.tab, id, update });
  }

  /** Follower: the leader has kept that one. */
  kept(to: string, id: number): void {
    if (to === this.tab) this.#unkept.delete(id);
  }

  /** Leader: took another tab's edit as its own edit `leaderId`. */
  take(leaderId: number, to: string, id: number): void {
    this.#taken.set(leaderId, { to, id });
  }

  /** Leader: its own edit `leaderId` is on the disk. */
  stored(leaderId: number): void {
    const edit = this.#taken.get(leaderId);
    if (edit === undefined) return;
    this.#taken.delete(leaderId);
    this.#post({ type: "kept", ...edit });
  }

  /** What this tab sent is in a document that it leads itself, or in none. */
  forget(): void {
    this.#unkept.clear();
  }
}
