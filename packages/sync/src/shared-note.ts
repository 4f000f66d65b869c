// A note as the tabs of one device have it together: one document, what they wrote that no store is known to have, and what the
// leader told of the other buckets. The tab that leads hands on and tells; the others hear.
import { TEXT_BUCKET } from "@reed/log";
import type { Opening } from "./engine/engine.ts";
import { NoteDocument } from "./note-document.ts";
import type { NoteLeader } from "./note-leader.ts";
import { toldSource } from "./note-buckets.ts";
import { insertedText } from "./refused-text.ts";
import type { TabMessage } from "./tabs/channel.ts";
import { Followed } from "./tabs/followed.ts";
import { handOn, handOver } from "./tabs/hand-over.ts";
import { type EditMessage, TabEdits } from "./tabs/tab-edits.ts";

/** What the document said when it was given up, and why. */
export interface GivenUp {
  readonly text: string;
  readonly code: string;
}

/** What has changed by a message: the text, another bucket, or all of it, as a leader has it. */
export type Heard = "text" | "bucket" | "whole";

export class SharedNote {
  readonly document: NoteDocument;
  readonly edits: TabEdits;
  readonly followed: Followed;
  readonly #post: (message: TabMessage) => void;

  constructor(post: (message: TabMessage) => void, onEdit: (update: Uint8Array) => void, onChange: () => void) {
    this.#post = post;
    this.document = new NoteDocument({ onEdit, onChange });
    this.edits = new TabEdits(post);
    this.followed = new Followed(this.edits);
  }

  get text(): string {
    return this.document.text.toString();
  }

  /** This tab writes. Without a leader it waits for the next. */
  write(bucket: string, payload: Uint8Array, leader: NoteLeader | null): void {
    const edit = this.edits.write(bucket, payload);
    if (leader !== null) this.edits.take(leader.write(bucket, payload), edit);
  }

  // The tab that leads

  /** Begins to lead with what the store has. */
  open(leader: NoteLeader): void {
    const { document, updates } = leader.opening;
    if (document !== null) this.document.load(document);
    this.document.apply(updates);
    handOver(this.edits, leader);
  }

  /**
   * Begins to lead anew. What was written since the document was given up is said again in the one that the store makes; of what it
   * was given up for, the part that is in neither comes back.
   */
  reopen(leader: NoteLeader, givenUp: GivenUp): string {
    const mine = this.text;
    this.document.replace(leader.opening);
    const lost = insertedText(this.text, givenUp.text);
    this.edits.renew(crypto.randomUUID());
    handOver(this.edits, leader);
    this.document.repeat(givenUp.text, mine);
    this.#tellRenewed(mine);
    return lost;
  }

  /**
   * See NoteDocument.rebase. `before` null: what this tab had read can't be told from what it wrote, so what the new text lacks of
   * it is lost.
   */
  rebase(
    document: Uint8Array,
    before: string | null,
    now: string | null,
  ): { readonly update: Uint8Array | null; readonly lost: string } {
    const mine = this.text;
    const update = this.document.rebase(document, before ?? mine, now);
    this.edits.renew(crypto.randomUUID());
    this.#tellRenewed(mine);
    return { update, lost: before === null ? insertedText(this.text, mine) : "" };
  }

  /** What another tab wrote goes to `leader`, once. */
  take(message: EditMessage, leader: NoteLeader): Heard | null {
    const edit = this.edits.heard(message);
    if (edit === null) return null;
    handOn(edit, this.edits, leader, (client) => this.document.clockOf(client));
    return this.#show(edit.bucket, edit.payload);
  }

  /** `to` null: every tab. */
  tellState(to: string | null): void {
    this.#post({ type: "state", to, update: this.document.encode(), epoch: this.edits.epoch ?? undefined });
    if (to !== null) this.edits.retell();
  }

  #tellRenewed(was: string): void {
    this.#post({ type: "rebuild", was, update: this.document.encode(), epoch: this.edits.epoch ?? "" });
    this.edits.retell();
  }

  // The others

  /** null where it says nothing of the note, or nothing to this tab. */
  hear(message: TabMessage): Heard | null {
    switch (message.type) {
      case "state":
        if (message.to !== null && message.to !== this.edits.tab) return null;
        this.document.apply([message.update]);
        this.edits.share(message.epoch);
        this.edits.resend();
        return "whole";
      case "edit":
      case "write": {
        const edit = this.edits.heard(message);
        return edit === null ? null : this.#show(edit.bucket, edit.payload);
      }
      case "updates":
        this.document.apply(message.updates);
        return "text";
      case "kept":
        this.edits.kept(message.to, message.id);
        return "text";
      case "buckets":
        this.followed.hear(toldSource(message));
        return "bucket";
      case "rebuild":
        this.#follow(message);
        return "whole";
      default:
        return null;
    }
  }

  /** What the leader had not heard of when its document was replaced, this tab says again in the new one. */
  #follow({ was, update, epoch }: TabMessage & { readonly type: "rebuild" }): void {
    const mine = this.text;
    const before = this.edits.epoch === null ? "" : was;
    const next: Opening = { document: null, updates: [update] };
    this.document.replace(next);
    this.edits.renew(epoch);
    this.edits.resend();
    this.document.repeat(before, mine);
  }

  #show(bucket: string, payload: Uint8Array): Heard {
    if (bucket !== TEXT_BUCKET) return "bucket";
    this.document.apply([payload]);
    return "text";
  }
}
