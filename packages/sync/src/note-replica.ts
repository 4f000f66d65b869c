// One open note in one tab: the document that the editor is bound to, and whatever keeps it in step, be it this tab's own
// leader or the leader in another. Implements what the interface holds (open-note.ts).
import { can, type Role } from "@reed/access";
import type { NoteId } from "@reed/log";
import * as Y from "yjs";
import { type SaveFacts, saveStateOf } from "./engine/save-state.ts";
import { type LeaderPorts, NoteLeader } from "./note-leader.ts";
import type { Draft, NoteStatus, OpenNote, Person, RemoteCursor } from "./open-note.ts";
import { type Caret, decodePresence, encodePresence } from "./presence.ts";
import { insertedText } from "./refused-text.ts";
import type { NoteRecord } from "./store/replica-store.ts";
import { summaryOf } from "./summary.ts";
import { TabChannel, type TabMessage } from "./tabs/channel.ts";
import { type Leadership, seekLead } from "./tabs/leadership.ts";

const TEXT_NAME = "text";
/** Origin of changes that come from the log or from another tab. */
const ELSEWHERE = Symbol("elsewhere");
const PRESENCE_INTERVAL_MS = 100;
const SUMMARY_DELAY_MS = 500;

type Facts = Omit<SaveFacts, "keeps">;

const UNKNOWN_FACTS: Facts = { role: null, link: "trying", unacked: 0, unstored: 0, isOnServer: false, problem: null };

export interface ReplicaOptions extends LeaderPorts {
  readonly noteId: NoteId;
  /** The record as the URL and the store have it. */
  readonly record: Promise<NoteRecord>;
  /** Whether other tabs of this device may be at the same note. */
  readonly sharesDevice: boolean;
  readonly onSummary: () => void;
}

export class NoteReplica implements OpenNote {
  readonly noteId: NoteId;
  readonly #options: ReplicaOptions;
  readonly #tab = crypto.randomUUID();
  readonly #listeners = new Set<() => void>();
  readonly #unkept = new Map<number, Uint8Array>();
  /** Edits that a follower sent, by the id that this leader's engine gave them. */
  readonly #followersEdits = new Map<number, { readonly to: string; readonly id: number }>();
  #doc = new Y.Doc();
  #channel: TabChannel | null = null;
  #leadership: Leadership | null = null;
  #leader: NoteLeader | null = null;
  #facts: Facts = UNKNOWN_FACTS;
  #peers: ReadonlyMap<number, Uint8Array> = new Map();
  #drafts: readonly Draft[] = [];
  #keeps: "device" | "memory";
  #isLoaded = false;
  #isClosed = false;
  #caret: Caret | null = null;
  #nextEditId = 1;
  #status: NoteStatus | null = null;
  #presenceTimer: ReturnType<typeof setTimeout> | null = null;
  #summaryTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #unsubscribeProfile: () => void;

  constructor(options: ReplicaOptions) {
    this.noteId = options.noteId;
    this.#options = options;
    this.#keeps = options.store.keeps;
    this.#bindDoc();
    this.#unsubscribeProfile = options.identity.subscribe(() => this.#schedulePresence());
    void this.#open();
  }

  get text(): Y.Text {
    return this.#doc.getText(TEXT_NAME);
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
    this.#leader?.flush();
    if (this.#leader === null) this.#channel?.post({ type: "flush" });
  }

  dismissDraft(id: string): void {
    this.#drafts = this.#drafts.filter((draft) => draft.id !== id);
    this.#changed();
    void this.#options.store.removeDraft(this.noteId, id);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribeProfile();
    this.#listeners.clear();
    if (this.#presenceTimer !== null) clearTimeout(this.#presenceTimer);
    if (this.#summaryTimer !== null) clearTimeout(this.#summaryTimer);
    void this.#end();
  }

  async #end(): Promise<void> {
    await this.#saveSummary();
    await this.#leader?.close();
    this.#leadership?.release();
    this.#channel?.close();
    this.#doc.destroy();
  }

  async #open(): Promise<void> {
    this.#drafts = await this.#options.store.drafts(this.noteId);
    if (this.#isClosed) return;
    if (!this.#options.sharesDevice) return this.#lead();
    this.#channel = new TabChannel(this.noteId, (message) => this.#hear(message));
    this.#channel.post({ type: "join", from: this.#tab });
    this.#leadership = seekLead(this.noteId, () => void this.#lead());
  }

  // Leading

  async #lead(): Promise<void> {
    const record = await this.#options.record;
    const leader = await NoteLeader.open(record, this.#options, {
      onUpdates: (updates) => {
        this.#applyAll(updates);
        this.#channel?.post({ type: "updates", updates });
      },
      onPeers: (peers) => {
        this.#peers = peers;
      },
      onStatus: () => this.#factsChanged(leader.facts),
      onStored: (id) => this.#kept(id),
      onRebuild: (code) => void this.#rebuild(code),
      onStoreFailed: () => {
        this.#keeps = "memory";
        this.#changed();
      },
    });
    if (this.#isClosed) return leader.close();
    this.#leader = leader;
    this.#applyAll(leader.openingUpdates);
    this.#adopt(leader);
    this.#isLoaded = this.#isLoaded || leader.openingUpdates.length > 0 || record.docId !== null;
    leader.present(this.#presence());
    this.#factsChanged(leader.facts);
    leader.start();
    this.#channel?.post({ type: "state", to: null, update: Y.encodeStateAsUpdate(this.#doc) });
  }

  /** What this tab's document has beyond the store: edits of this tab, and of a leader that died with them in hand. */
  #adopt(leader: NoteLeader): void {
    const known = new Y.Doc();
    for (const update of leader.openingUpdates) Y.applyUpdate(known, update);
    if (!Y.equalSnapshots(Y.snapshot(known), Y.snapshot(this.#doc))) {
      leader.edit(Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(known)));
    }
    known.destroy();
    this.#unkept.clear();
  }

  async #rebuild(code: string): Promise<void> {
    const refused = this.text.toString();
    await this.#leader?.close();
    this.#leader = null;
    this.#replaceDoc();
    await this.#lead();
    const text = insertedText(this.text.toString(), refused);
    if (text !== "") await this.#keepDraft({ id: crypto.randomUUID(), text, reason: code, atMs: Date.now() });
    this.#channel?.post({ type: "rebuild" });
    this.#changed();
  }

  async #keepDraft(draft: Draft): Promise<void> {
    this.#drafts = [...this.#drafts, draft];
    await this.#options.store.addDraft(this.noteId, draft);
  }

  #kept(id: number): void {
    const edit = this.#followersEdits.get(id);
    if (edit === undefined) return;
    this.#followersEdits.delete(id);
    this.#channel?.post({ type: "kept", ...edit });
  }

  #factsChanged(facts: Facts): void {
    if (facts.role !== this.#facts.role || facts.isOnServer !== this.#facts.isOnServer) this.#saveRole(facts.role);
    this.#facts = facts;
    this.#isLoaded = this.#isLoaded || facts.isOnServer;
    this.#channel?.post({ type: "facts", facts, peers: this.#peers });
    this.#changed();
    this.#scheduleSummary();
  }

  #saveRole(role: Role | null): void {
    void this.#options.store.saveNote(this.noteId, { role });
  }

  // Following

  #hear(message: TabMessage): void {
    if (this.#leader === null) this.#hearAsFollower(message);
    else this.#hearAsLeader(this.#leader, message);
  }

  #hearAsLeader(leader: NoteLeader, message: TabMessage): void {
    switch (message.type) {
      case "join":
        this.#channel?.post({ type: "state", to: message.from, update: Y.encodeStateAsUpdate(this.#doc) });
        this.#channel?.post({ type: "facts", facts: leader.facts, peers: this.#peers });
        return;
      case "edit":
        this.#applyAll([message.update]);
        this.#followersEdits.set(leader.edit(message.update), { to: message.from, id: message.id });
        return;
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
        if (message.to !== null && message.to !== this.#tab) return;
        this.#applyAll([message.update]);
        this.#isLoaded = true;
        for (const [id, update] of this.#unkept) this.#channel?.post({ type: "edit", from: this.#tab, id, update });
        return this.#changed();
      case "edit":
        return this.#applyAll([message.update]);
      case "updates":
        return this.#applyAll(message.updates);
      case "kept":
        if (message.to === this.#tab) this.#unkept.delete(message.id);
        return this.#changed();
      case "facts":
        this.#facts = message.facts;
        this.#peers = message.peers;
        return this.#changed();
      case "rebuild":
        this.#unkept.clear();
        this.#replaceDoc();
        this.#channel?.post({ type: "join", from: this.#tab });
        return;
      default:
    }
  }

  // The document

  #bindDoc(): void {
    this.#doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== ELSEWHERE) this.#edited(update);
      this.#status = null;
    });
  }

  /** A new document with a new clientID, for what the old one holds was refused. */
  #replaceDoc(): void {
    this.#doc.destroy();
    this.#doc = new Y.Doc();
    this.#bindDoc();
  }

  #edited(update: Uint8Array): void {
    if (this.#leader !== null) {
      this.#leader.edit(update);
      this.#channel?.post({ type: "updates", updates: [update] });
      return;
    }
    const id = this.#nextEditId++;
    this.#unkept.set(id, update);
    this.#channel?.post({ type: "edit", from: this.#tab, id, update });
    this.#changed();
  }

  #applyAll(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return;
    this.#doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.#doc, update, ELSEWHERE);
    }, ELSEWHERE);
    this.#changed();
  }

  // What people see

  #presence(): Uint8Array {
    return encodePresence({ ...this.#options.identity.profile, caret: this.#caret });
  }

  #schedulePresence(): void {
    this.#changed();
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = null;
      const payload = this.#presence();
      if (this.#leader === null) this.#channel?.post({ type: "present", payload });
      else this.#leader.present(payload);
    }, PRESENCE_INTERVAL_MS);
  }

  #scheduleSummary(): void {
    this.#summaryTimer ??= setTimeout(() => {
      this.#summaryTimer = null;
      void this.#saveSummary();
    }, SUMMARY_DELAY_MS);
  }

  async #saveSummary(): Promise<void> {
    if (!this.#isLoaded || this.#leader === null) return;
    const { store, onSummary } = this.#options;
    await store.saveNote(this.noteId, { ...summaryOf(this.text.toString()), hasUnsent: this.#facts.unacked > 0 });
    onSummary();
  }

  #makeStatus(): NoteStatus {
    const unstored = this.#facts.unstored + this.#unkept.size;
    const facts: SaveFacts = {
      ...this.#facts,
      unacked: this.#facts.unacked + this.#unkept.size,
      unstored,
      keeps: this.#keeps,
    };
    const others = [...this.#peers].flatMap(([connection, payload]) => {
      const presence = decodePresence(payload);
      return presence === null ? [] : [{ id: String(connection), ...presence }];
    });
    const self: Person = { id: "self", ...this.#options.identity.profile, isSelf: true };
    const people: readonly Person[] = [
      self,
      ...others.map(({ id, name, color }) => ({ id, name, color, isSelf: false })),
    ];
    const cursors = others.flatMap(({ id, name, color, caret }): readonly RemoteCursor[] =>
      caret === null ? [] : [{ id, name, color, ...caret }],
    );
    return {
      save: saveStateOf(facts),
      role: facts.role,
      people: facts.role === null || can(facts.role, "show_presence") ? people : [],
      cursors,
      drafts: this.#drafts,
      keeps: this.#keeps,
      problem: facts.problem,
      title: summaryOf(this.text.toString()).title,
      isLoaded: this.#isLoaded,
    };
  }

  #changed(): void {
    this.#status = null;
    for (const listener of this.#listeners) listener();
  }
}
