// One open note in one tab: the document that the editor is bound to, and whatever keeps it in step, be it this tab's own
// leader or the leader in another. Implements what the interface holds (open-note.ts).
import type { Role } from "@reed/access";
import { decodeUtf8 } from "@reed/bytes";
import {
  META_BUCKET,
  type NoteId,
  type NoteRegisters,
  type NoteRegisterWrites,
  type Reducer,
  type Snapshot,
} from "@reed/log";
import type * as Y from "yjs";
import { areSameFacts, type SaveFacts, UNKNOWN_FACTS } from "./engine/save-state.ts";
import { NO_SOURCE, NoteBuckets, type Source, toldSource } from "./note-buckets.ts";
import { NoteDrafts } from "./note-drafts.ts";
import { NoteDocument } from "./note-document.ts";
import { NoteEntrance } from "./note-entrance.ts";
import { NoteLeader } from "./note-leader.ts";
import { statusOf } from "./note-status.ts";
import type { NoteStatus, OpenNote } from "./open-note.ts";
import { type Caret, encodePresence, hasParted } from "./presence.ts";
import { afterPaint } from "./after-paint.ts";
import { Pace } from "./pace.ts";
import { insertedText } from "./refused-text.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import { summaryOf } from "./summary.ts";
import { TabChannel, type TabMessage } from "./tabs/channel.ts";
import { type Leadership, seekLead } from "./tabs/leadership.ts";
import { TabEdits } from "./tabs/tab-edits.ts";
import { Throttle } from "./throttle.ts";

const PRESENCE_INTERVAL_MS = 100;
const SUMMARY_DELAY_MS = 500;

type Facts = Omit<SaveFacts, "keeps">;

export class NoteReplica implements OpenNote {
  readonly noteId: NoteId;
  readonly #options: ReplicaOptions;
  readonly #listeners = new Set<() => void>();
  readonly #tabEdits = new TabEdits((message) => this.#channel?.post(message));
  readonly #document: NoteDocument;
  #channel: TabChannel | null = null;
  #leadership: Leadership | null = null;
  #leader: NoteLeader | null = null;
  #facts: Facts = UNKNOWN_FACTS;
  #peers: ReadonlyMap<number, Uint8Array> = new Map();
  /** Whether followers have not been told of `#peers`. */
  #arePeersNews = false;
  readonly #drafts: NoteDrafts;
  #keeps: "device" | "memory";
  #isLoaded = false;
  #preview: string | null = null;
  #isClosed = false;
  #caret: Caret | null = null;
  #status: NoteStatus | null = null;
  readonly #buckets = new NoteBuckets(() => this.#leader ?? this.#told);
  /** As the leader in another tab told it. */
  #told: Source = NO_SOURCE;
  readonly #presenceDue = new Throttle(PRESENCE_INTERVAL_MS, () => this.#present());
  readonly #summaryDue = new Throttle(SUMMARY_DELAY_MS, () => void this.#saveSummary());
  readonly #pace: Pace;
  /** What its reader could do when the listeners were told last. */
  #toldAccess: Role | "shut" | null = "shut";
  readonly #unsubscribeProfile: () => void;

  constructor(options: ReplicaOptions) {
    this.noteId = options.noteId;
    this.#options = options;
    this.#keeps = options.store.keeps;
    this.#drafts = new NoteDrafts(options.noteId, options.store);
    this.#pace = new Pace(options.statusEveryMs, () => this.#tell());
    this.#document = new NoteDocument({
      onEdit: (update) => this.#edited(update),
      onChange: () => void (this.#status = null),
    });
    this.#unsubscribeProfile = options.identity.subscribe(() => this.#schedulePresence());
    void this.#open();
  }

  get text(): Y.Text {
    return this.#document.text;
  }

  status(): NoteStatus {
    this.#status ??= this.#makeStatus();
    return this.#status;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setCursor(caret: Caret | null): void {
    this.#caret = caret;
    this.#schedulePresence();
  }

  flush(): void {
    if (this.#leader === null) this.#channel?.post({ type: "flush" });
    else this.#leader.flush();
  }

  settings(): NoteRegisters {
    return this.#buckets.settings();
  }

  set(settings: NoteRegisterWrites): void {
    this.write(META_BUCKET, this.#buckets.entryOf(settings, this.#leader?.serverNowUs ?? Date.now() * 1000));
    this.flush();
  }

  fold<State, Change, Fault extends string>(reducer: Reducer<State, Change, Fault>): State {
    return this.#buckets.fold(reducer);
  }

  write(bucket: string, payload: Uint8Array): void {
    if (this.#leader === null) this.#channel?.post({ type: "write", bucket, payload });
    else this.#leader.write(bucket, payload);
  }

  dismissDraft(id: string): void {
    this.#drafts.dismiss(id);
    this.#changed();
  }

  confirmRestore(): void {
    if (this.#leader === null) this.#channel?.post({ type: "confirm_restore" });
    else this.#leader.confirmRestore();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribeProfile();
    this.#listeners.clear();
    this.#pace.end();
    this.#presenceDue.cancel();
    this.#summaryDue.cancel();
    void this.#end().finally(() => this.#options.onClosed());
  }

  async #end(): Promise<void> {
    await this.#saveSummary();
    await this.#leader?.close();
    this.#leadership?.release();
    this.#channel?.close();
    this.#document.destroy();
  }

  async #open(): Promise<void> {
    await this.#drafts.load();
    if (this.#isClosed) return;
    if (!this.#options.sharesDevice) return this.#lead();
    this.#channel = new TabChannel(this.noteId, (message) => this.#hear(message));
    this.#channel.post({ type: "join", from: this.#tabEdits.tab });
    this.#leadership = seekLead(this.noteId, () => void this.#lead());
  }

  async #lead(): Promise<void> {
    const record = await this.#options.record;
    const entrance = new NoteEntrance(record, this.#options);
    const leader = await NoteLeader.open(record, entrance, this.#options, {
      onUpdates: (updates) => {
        this.#apply(updates);
        this.#channel?.post({ type: "updates", updates });
      },
      onSnapshot: (snapshot) => this.#begin(snapshot),
      onRebase: (snapshot, before, now) => this.#rebase(snapshot, before, now),
      onHash: () => this.#document.hash(),
      onBuckets: () => this.#bucketsChanged(),
      onRefused: (bucket, payload, code) => {
        const again = this.#buckets.repeatOf(bucket, payload, code, leader.serverNowUs);
        if (again !== null) leader.write(bucket, again);
        this.#bucketsChanged();
      },
      onPeers: (peers) => this.#peersChanged(peers),
      onStatus: () => this.#factsChanged(leader.facts),
      onStored: (id) => this.#tabEdits.stored(id),
      onRebuild: (code) => void this.#rebuild(code),
      onStoreFailed: () => {
        this.#keeps = "memory";
        this.#changed();
      },
    });
    if (this.#isClosed) return leader.close();
    this.#leader = leader;
    const { document, updates } = leader.opening;
    if (document !== null) this.#document.load(document);
    this.#apply(updates);
    // What this tab has beyond the store: its own edits, and those of a leader that died with them in hand.
    const beyond = this.#document.beyond(document, updates);
    if (beyond !== null) leader.edit(beyond);
    this.#tabEdits.forget();
    this.#isLoaded = this.#isLoaded || document !== null || updates.length > 0 || record.docId !== null;
    leader.present(this.#presence());
    this.#factsChanged(leader.facts);
    this.#bucketsChanged();
    leader.start();
    this.#channel?.post({ type: "state", to: null, update: this.#document.encode() });
  }

  /** The text of a snapshot is shown before its document is loaded, which takes a moment. */
  #begin(snapshot: Snapshot): void {
    const load = (): void => {
      this.#document.load(snapshot.document);
      this.#preview = null;
      this.#isLoaded = true;
      this.#channel?.post({ type: "state", to: null, update: this.#document.encode() });
      this.#changed();
    };
    if (this.#isLoaded || this.#listeners.size === 0) return load();
    this.#preview = decodeUtf8(snapshot.text);
    this.#changed();
    afterPaint(() => {
      if (!this.#isClosed) load();
    });
  }

  /** `before` null: what this tab had read can't be told from what it wrote, so what the new text lacks becomes a draft. */
  #rebase(snapshot: Snapshot, before: string | null, now: string | null): Uint8Array | null {
    const mine = this.text.toString();
    const update = this.#document.rebase(snapshot.document, before ?? mine, now);
    this.#channel?.post({ type: "rebuild" });
    const lost = before === null ? insertedText(this.text.toString(), mine) : "";
    if (lost !== "") void this.#keepDraft(lost, "restored");
    this.#changed();
    return update;
  }

  async #rebuild(code: string): Promise<void> {
    const refused = this.text.toString();
    // A document that differs from the log is kept for whoever wants to know why.
    const evidence = { atMs: Date.now(), kind: "diverged", bytes: this.#document.encode() } as const;
    if (code === "diverged") await this.#options.store.addEvidence(this.noteId, evidence);
    await this.#leader?.close();
    this.#leader = null;
    this.#document.clear();
    await this.#lead();
    const text = code === "diverged" ? "" : insertedText(this.text.toString(), refused);
    if (text !== "") await this.#keepDraft(text, code);
    this.#channel?.post({ type: "rebuild" });
    this.#changed();
  }

  async #keepDraft(text: string, reason: string): Promise<void> {
    await this.#drafts.keep(text, reason, Date.now());
    this.#changed();
  }

  #factsChanged(facts: Facts): void {
    const isNews = facts.role !== this.#facts.role || facts.isOnServer !== this.#facts.isOnServer;
    if (isNews) void this.#options.store.saveNote(this.noteId, { role: facts.role });
    if (!areSameFacts(facts, this.#facts)) this.#tellFacts(facts);
    const isSent = facts.unacked === 0 && this.#facts.unacked > 0;
    const isUnsent = facts.unacked > 0 && this.#facts.unacked === 0;
    this.#facts = facts;
    // The page may be left now: the list must not say then that something waits.
    if (isSent) void this.#saveSummary();
    this.#isLoaded ||= facts.isOnServer && this.#preview === null;
    this.#changed();
    // Nobody may be shown that all is saved while it is not.
    if (isUnsent) this.#pace.urgent();
    this.#summaryDue.schedule();
  }

  #bucketsChanged(): void {
    this.#buckets.changed();
    if (this.#channel !== null) this.#channel.post(this.#buckets.tell());
    this.#changed();
  }

  /** A peer that has read another log than we have at the same position is a reason to look. */
  #peersChanged(peers: ReadonlyMap<number, Uint8Array>): void {
    this.#peers = peers;
    this.#arePeersNews = true;
    if (hasParted(peers, this.#leader?.ledger ?? null)) this.#leader?.compare();
  }

  #hear(message: TabMessage): void {
    if (this.#leader === null) this.#hearAsFollower(message);
    else this.#hearAsLeader(this.#leader, message);
  }

  #hearAsLeader(leader: NoteLeader, message: TabMessage): void {
    switch (message.type) {
      case "join":
        this.#channel?.post({ type: "state", to: message.from, update: this.#document.encode() });
        this.#tellFacts(leader.facts);
        return this.#bucketsChanged();
      case "edit":
        this.#apply([message.update]);
        return this.#tabEdits.take(leader.edit(message.update), message.from, message.id);
      case "write":
        leader.write(message.bucket, message.payload);
        return;
      case "confirm_restore":
        return leader.confirmRestore();
      case "present":
        return leader.present(message.payload);
      case "flush":
        return leader.flush();
      default:
    }
  }

  #hearAsFollower(message: TabMessage): void {
    switch (message.type) {
      case "state":
        if (message.to !== null && message.to !== this.#tabEdits.tab) return;
        this.#apply([message.update]);
        this.#isLoaded = true;
        this.#tabEdits.resend();
        return this.#changed();
      case "edit":
        return this.#apply([message.update]);
      case "updates":
        return this.#apply(message.updates);
      case "kept":
        this.#tabEdits.kept(message.to, message.id);
        return this.#changed();
      case "facts":
        this.#facts = message.facts;
        this.#peers = message.peers;
        return this.#changed();
      case "buckets":
        this.#told = toldSource(message);
        this.#buckets.changed();
        return this.#changed();
      case "rebuild":
        this.#tabEdits.forget();
        this.#document.clear();
        return this.#channel?.post({ type: "join", from: this.#tabEdits.tab });
      default:
    }
  }

  #edited(update: Uint8Array): void {
    if (this.#leader !== null) {
      this.#leader.edit(update);
      return this.#channel?.post({ type: "updates", updates: [update] });
    }
    this.#tabEdits.send(update);
    this.#changed();
  }

  #apply(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return;
    this.#document.apply(updates);
    this.#changed();
  }

  #presence(): Uint8Array {
    if (!this.#options.isSeen) return new Uint8Array();
    const read = this.#leader?.ledger?.head ?? null;
    return encodePresence({ ...this.#options.identity.profile, caret: this.#caret, read });
  }

  #schedulePresence(): void {
    this.#changed();
    this.#presenceDue.schedule();
  }

  #present(): void {
    const payload = this.#presence();
    if (this.#leader === null) this.#channel?.post({ type: "present", payload });
    else this.#leader.present(payload);
  }

  async #saveSummary(): Promise<void> {
    if (!this.#isLoaded || this.#leader === null) return;
    const { store, onSummary } = this.#options;
    await store.saveNote(this.noteId, {
      ...summaryOf(this.text.toString()),
      seq: this.#leader.heldSeq,
      hasUnsent: this.#facts.unacked > 0,
    });
    onSummary();
  }

  #makeStatus(): NoteStatus {
    const { unacked, unstored } = this.#facts;
    const { unkept } = this.#tabEdits;
    return statusOf({
      save: { ...this.#facts, unacked: unacked + unkept, unstored: unstored + unkept, keeps: this.#keeps },
      peers: this.#peers,
      self: this.#options.identity.profile,
      drafts: this.#drafts.all,
      title: summaryOf(this.#preview ?? this.text.toString()).title,
      isLoaded: this.#isLoaded,
      preview: this.#preview,
    });
  }

  #changed(): void {
    this.#status = null;
    // Nobody waits for a text that is there, or writes where it is not taken.
    if (this.#access === this.#toldAccess) this.#pace.news();
    else this.#pace.urgent();
  }

  get #access(): Role | "shut" | null {
    return this.#isLoaded ? this.#facts.role : "shut";
  }

  #tell(): void {
    this.#toldAccess = this.#access;
    if (this.#leader !== null && this.#arePeersNews) this.#tellFacts(this.#facts);
    for (const listener of this.#listeners) listener();
  }

  #tellFacts(facts: Facts): void {
    this.#arePeersNews = false;
    this.#channel?.post({ type: "facts", facts, peers: this.#peers });
  }
}
