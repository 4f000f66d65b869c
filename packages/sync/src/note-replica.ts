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
  TEXT_BUCKET,
} from "@reed/log";
import type * as Y from "yjs";
import { areSameFacts, type SaveFacts, UNKNOWN_FACTS } from "./engine/save-state.ts";
import { NoteBuckets } from "./note-buckets.ts";
import { NoteDrafts } from "./note-drafts.ts";
import { NoteEntrance } from "./note-entrance.ts";
import { NoteLeader } from "./note-leader.ts";
import { statusOf } from "./note-status.ts";
import type { NoteStatus, OpenNote } from "./open-note.ts";
import type { Caret } from "./presence.ts";
import { afterPaint } from "./after-paint.ts";
import { OwnPresence } from "./own-presence.ts";
import { Pace } from "./pace.ts";
import { PeerDoubts } from "./peer-doubts.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import { type GivenUp, type Heard, SharedNote } from "./shared-note.ts";
import { summaryOf } from "./summary.ts";
import { TabChannel, type TabMessage } from "./tabs/channel.ts";
import { type Leadership, seekLead } from "./tabs/leadership.ts";
import { Throttle } from "./throttle.ts";

const SUMMARY_DELAY_MS = 500;

type Facts = Omit<SaveFacts, "keeps">;

export class NoteReplica implements OpenNote {
  readonly noteId: NoteId;
  readonly #options: ReplicaOptions;
  readonly #listeners = new Set<() => void>();
  readonly #note = new SharedNote(
    (message) => this.#channel?.post(message),
    (update) => this.write(TEXT_BUCKET, update),
    () => void (this.#status = null),
  );
  #channel: TabChannel | null = null;
  #leadership: Leadership | null = null;
  #leader: NoteLeader | null = null;
  /** How this tab begins to lead, or does so anew. */
  #leading: Promise<void> = Promise.resolve();
  #isRebuilding = false;
  #facts: Facts = UNKNOWN_FACTS;
  #peers: ReadonlyMap<number, Uint8Array> = new Map();
  /** Whether followers have not been told of `#peers`. */
  #arePeersNews = false;
  readonly #drafts: NoteDrafts;
  #keeps: "device" | "memory";
  /** What the leader in another tab has to keep it in. */
  #toldKeeps: "device" | "memory" | null = null;
  #isLoaded = false;
  #preview: string | null = null;
  #isClosed = false;
  #status: NoteStatus | null = null;
  readonly #buckets = new NoteBuckets(() => this.#leader ?? this.#note.followed);
  readonly #doubts = new PeerDoubts();
  readonly #presence: OwnPresence;
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
    this.#presence = new OwnPresence({
      isSeen: options.isSeen,
      profile: () => options.identity.profile,
      read: () => this.#leader?.ledger?.head ?? null,
      show: (payload) => this.#present(payload),
    });
    this.#unsubscribeProfile = options.identity.subscribe(() => this.#schedulePresence());
    void this.#open();
  }

  get text(): Y.Text {
    return this.#note.document.text;
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
    this.#presence.point(caret);
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
    this.#note.write(bucket, payload, this.#leader);
    if (bucket !== TEXT_BUCKET) this.#buckets.changed();
    this.#changed();
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
    this.#presence.cancel();
    this.#summaryDue.cancel();
    void this.#end().finally(() => this.#options.onClosed());
  }

  async #end(): Promise<void> {
    await this.#saveSummary();
    // What it fails of was said where it failed.
    if (this.#isRebuilding || this.#note.edits.unkept > 0) await this.#leading.catch(() => undefined);
    await this.#leader?.close();
    this.#leadership?.release();
    this.#channel?.close();
    this.#note.document.destroy();
  }

  async #open(): Promise<void> {
    await this.#drafts.load();
    if (this.#isClosed) return;
    const lead = (): void => void (this.#leading = this.#lead(null));
    if (!this.#options.sharesDevice) return lead();
    this.#channel = new TabChannel(this.noteId, (message) => this.#hear(message));
    this.#channel.post({ type: "join", from: this.#note.edits.tab });
    this.#leadership = seekLead(this.noteId, lead);
  }

  async #lead(givenUp: GivenUp | null): Promise<void> {
    const record = await this.#options.record;
    const entrance = new NoteEntrance(record, this.#options);
    const leader = await NoteLeader.open(record, entrance, this.#options, {
      onUpdates: (updates) => {
        this.#note.document.apply(updates);
        this.#channel?.post({ type: "updates", updates });
        this.#changed();
      },
      onSnapshot: (snapshot) => this.#begin(snapshot),
      onRebase: (snapshot, before, now) => this.#rebase(snapshot, before, now),
      onHash: () => this.#note.document.hash(),
      onBuckets: () => this.#bucketsChanged(),
      onRefused: (bucket, payload, code) => {
        const again = this.#buckets.repeatOf(bucket, payload, code, leader.serverNowUs);
        if (again !== null) this.write(bucket, again);
        this.#bucketsChanged();
      },
      onPeers: (peers) => this.#peersChanged(peers),
      onStatus: () => this.#factsChanged(leader.facts),
      onStored: (id) => this.#note.edits.stored(id),
      onRebuild: (code) => this.#beginAnew(leader, code),
      onStoreFailed: () => this.#storeFailed(),
    });
    this.#leader = leader;
    this.#toldKeeps = null;
    const { document, updates } = leader.opening;
    if (givenUp === null) this.#note.open(leader);
    else await this.#reopen(leader, givenUp);
    // Closed meanwhile: what was written is kept, and nothing else is begun.
    if (this.#isClosed) return leader.close();
    this.#isLoaded = this.#isLoaded || document !== null || updates.length > 0 || record.docId !== null;
    leader.present(this.#presence.encode());
    this.#factsChanged(leader.facts);
    this.#bucketsChanged();
    leader.start();
    this.#note.tellState(null);
  }

  /** The text of a snapshot is shown before its document is loaded, which takes a moment. */
  #begin(snapshot: Snapshot): void {
    const load = (): void => {
      this.#note.document.load(snapshot.document);
      this.#preview = null;
      this.#isLoaded = true;
      this.#note.tellState(null);
      this.#changed();
    };
    if (this.#isLoaded || this.#listeners.size === 0) return load();
    this.#preview = decodeUtf8(snapshot.text);
    this.#changed();
    afterPaint(() => {
      if (!this.#isClosed) load();
    });
  }

  #rebase(snapshot: Snapshot, before: string | null, now: string | null): Uint8Array | null {
    const { update, lost } = this.#note.rebase(snapshot.document, before, now);
    if (lost !== "") void this.#keepDraft(lost, "restored");
    this.#changed();
    return update;
  }

  /** From here on no key reaches the engine that has given up; they go into the document that is given up, until it is replaced. */
  #beginAnew(leader: NoteLeader, code: string): void {
    if (this.#leader !== leader) return;
    this.#note.followed.hear(leader);
    this.#leader = null;
    this.#isRebuilding = true;
    this.#leading = this.#rebuild(leader, { text: this.text.toString(), code });
  }

  async #rebuild(leader: NoteLeader, givenUp: GivenUp): Promise<void> {
    // A document that differs from the log is kept for whoever wants to know why.
    const evidence = { atMs: Date.now(), kind: "diverged", bytes: this.#note.document.encode() } as const;
    await leader.close();
    if (givenUp.code === "diverged")
      await this.#options.store.addEvidence(this.noteId, evidence).catch(() => this.#storeFailed());
    await this.#lead(givenUp);
  }

  async #reopen(leader: NoteLeader, givenUp: GivenUp): Promise<void> {
    this.#isRebuilding = false;
    const lost = this.#note.reopen(leader, givenUp);
    if (lost !== "" && givenUp.code !== "diverged") await this.#keepDraft(lost, givenUp.code);
  }

  #storeFailed(): void {
    this.#keeps = "memory";
    this.#tellFacts(this.#facts);
    this.#changed();
  }

  async #keepDraft(text: string, reason: string): Promise<void> {
    await this.#drafts.keep(text, reason, Date.now()).catch(() => this.#storeFailed());
    this.#changed();
  }

  #factsChanged(facts: Facts): void {
    if (facts.unacked === 0) this.#note.edits.allSent();
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

  #peersChanged(peers: ReadonlyMap<number, Uint8Array>): void {
    this.#peers = peers;
    this.#arePeersNews = true;
    if (this.#doubts.isReason(peers, this.#leader?.ledger ?? null, performance.now())) this.#leader?.compare();
  }

  #hear(message: TabMessage): void {
    if (this.#leader === null) this.#hearAsFollower(message);
    else this.#hearAsLeader(this.#leader, message);
  }

  #hearAsLeader(leader: NoteLeader, message: TabMessage): void {
    switch (message.type) {
      case "join":
        this.#note.tellState(message.from);
        this.#tellFacts(leader.facts);
        return this.#bucketsChanged();
      case "edit":
      case "write":
        return this.#heard(this.#note.take(message, leader));
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
    if (message.type !== "facts") return this.#heard(this.#note.hear(message));
    this.#facts = message.facts;
    this.#toldKeeps = message.keeps ?? null;
    this.#peers = message.peers;
    this.#changed();
  }

  #heard(what: Heard | null): void {
    if (what === null) return;
    if (what === "whole") this.#isLoaded = true;
    if (what === "bucket") this.#buckets.changed();
    this.#changed();
  }

  #schedulePresence(): void {
    this.#changed();
    this.#presence.schedule();
  }

  #present(payload: Uint8Array): void {
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
    const unkept = this.#leader === null ? this.#note.edits.unkept : 0;
    // A leader whose device keeps nothing has them no less than its own.
    const unheld = this.#toldKeeps === "memory" ? 0 : unkept;
    const keeps = this.#toldKeeps ?? this.#keeps;
    return statusOf({
      save: { ...this.#facts, unacked: unacked + unkept, unstored: unstored + unheld, keeps },
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
    this.#channel?.post({ type: "facts", facts, keeps: this.#keeps, peers: this.#peers });
  }
}
