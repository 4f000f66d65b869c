// One device's notes: it makes and opens them, keeps their list, and speaks to the server for their owner. The composition root
// makes one; a window that can't keep anything gets one in memory.
import { sha256 } from "@reed/crypto";
import {
  encodeGenesis,
  ENTROPY_BYTES,
  type NoteId,
  noteIdOf,
  type OpFields,
  parseNoteId,
  prepareOp,
  sealEnvelope,
} from "@reed/log";
import type { ApiClient, ApiResult } from "@reed/api";
import type { AccountServer } from "./account-server.ts";
import { valueOf } from "./http-server.ts";
import { Courier } from "./courier.ts";
import { type HostSignIn, Identity } from "./identity.ts";
import type { LeaderPorts } from "./note-leader.ts";
import { NoteReplica } from "./note-replica.ts";
import type {
  AccountState,
  NoteReference,
  NoteSummary,
  OpenNote,
  ShareLink,
  SignInRequest,
  Workspace,
} from "./open-note.ts";
import { PreparedNote } from "./prepared-note.ts";
import { PrivateLog } from "./private-log/private-log.ts";
import type { PrivateLogServer } from "./private-log/private-log-server.ts";
import { deviceShelf } from "./device-shelf.ts";
import { LibraryShelf } from "./library/library-shelf.ts";
import type { NoteShelf } from "./library/shelf.ts";
import type { LocalNote } from "./library/shelf-entries.ts";
import { NO_SHELF_STORE, type ShelfStore } from "./library/shelf-store.ts";
import { forgetfulLogServer, forgetfulServer, isTokenRefused } from "./forgetful-server.ts";
import { oneTabAtATime } from "./tabs/one-at-a-time.ts";
import { RefusedError, type Server } from "./server.ts";
import { blankNote, type NoteRecord, type ReplicaStore } from "./store/replica-store.ts";

const ZERO = new Uint8Array(32);

export interface WorkspaceOptions {
  readonly store: ReplicaStore;
  readonly server: Server;
  readonly accounts: AccountServer;
  /** Where the app stands in something that knows its person. */
  readonly host?: HostSignIn | undefined;
  /** Where the user's list is kept; left out: nowhere. */
  readonly shelfStore?: ((userId: string) => ShelfStore) | undefined;
  readonly privateLogServer: PrivateLogServer;
  /** A client that calls as whoever the token is for. */
  readonly api: (accessToken: string) => ApiClient;
  /** Whether other tabs of this device may be at the same notes. */
  readonly sharesDevice: boolean;
  readonly onNetwork: LeaderPorts["onNetwork"];
  readonly verifyOps: LeaderPorts["verifyOps"];
  readonly restMs: LeaderPorts["restMs"];
  /** Status is told at most this often, in ms; 0: at every change. */
  readonly statusEveryMs: number | (() => number);
  /** Whether what waits in notes that nobody has open is sent all the same. */
  readonly hasCourier: boolean;
}

export class DeviceWorkspace implements Workspace {
  readonly keeps: "device" | "memory";
  readonly #options: WorkspaceOptions;
  readonly #identity: Identity;
  readonly #listeners = new Set<() => void>();
  /** On their way off this device. */
  readonly #forgotten = new Set<NoteId>();
  /** Open in this window, with how often. */
  readonly #open = new Map<NoteId, number>();
  readonly #courier = new Courier({
    waiting: () => this.#waiting(),
    open: (noteId, onClosed) => this.#replica(noteId, this.#known(noteId), onClosed),
  });
  readonly #prepared = new PreparedNote((reference) => this.#openNow(reference));
  #summaries: readonly NoteSummary[] = [];
  readonly #deviceShelf: NoteShelf = deviceShelf(this);
  #shelf: { readonly whose: string; readonly shelf: NoteShelf; readonly log: PrivateLog } | null = null;
  #local: readonly LocalNote[] = [];

  private constructor(options: WorkspaceOptions, identity: Identity) {
    this.keeps = options.store.keeps;
    this.#options = options;
    this.#identity = identity;
  }

  static async open(given: WorkspaceOptions): Promise<DeviceWorkspace> {
    const channel = given.sharesDevice ? new BroadcastChannel("reed/1/device") : null;
    const { store, accounts, host } = given;
    const tellTabs = () => channel?.postMessage("changed");
    const identity = await Identity.open(store, given.server, { accounts, host, tellTabs });
    channel?.addEventListener("message", () => void identity.readAnew());
    const options = { ...given, server: forgetfulServer(given.server, identity) };
    const workspace = new DeviceWorkspace(options, identity);
    await workspace.#refresh();
    // Making a note offline takes the platform's key: heard once, it is kept.
    if (workspace.#identity.knownPlatformKey === null) workspace.#identity.platformKey().catch(() => null);
    if (given.hasCourier) workspace.#startCourier();
    return workspace;
  }

  async createNote(): Promise<NoteReference> {
    const platform = this.#identity.knownPlatformKey ?? (await this.#identity.platformKey());
    const nowMs = Date.now();
    const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_BYTES));
    const fields: OpFields = {
      type: "genesis",
      docId: ZERO,
      author: this.#identity.key.publicKey,
      ctr: 1,
      wallTimeUs: nowMs * 1000,
      prev: ZERO,
      acl: ZERO,
      seenSeq: 0,
      seenChain: ZERO,
      body: encodeGenesis({ scope: "note", mode: "open", platform, entropy }),
    };
    const unsigned = prepareOp(fields, sha256);
    const genesis = sealEnvelope(unsigned, await this.#identity.key.sign(unsigned.message));
    const noteId = noteIdOf(unsigned.opId);
    await this.#options.store.change(noteId, { ctr: 1 }, true);
    await this.#options.store.saveNote(noteId, { docId: unsigned.opId, genesis, role: "owner", openedAtMs: nowMs });
    await this.#refresh();
    return { noteId, linkId: null, secret: null };
  }

  prepare(reference: NoteReference): void {
    this.#prepared.prepare(reference);
  }

  open(reference: NoteReference): OpenNote {
    return this.#prepared.take(reference);
  }

  #openNow(reference: NoteReference): OpenNote {
    const noteId = parseNoteId(reference.noteId);
    if (noteId === null) throw new RangeError("not a note id");
    const record = this.#courier.leave(noteId).then(() => this.#record(noteId, reference));
    return this.#replica(noteId, record, null);
  }

  forget(noteId: string): void {
    const id = known(noteId);
    this.#forgotten.add(id);
    const { store } = this.#options;
    // Whoever has it open leads it, and writes to the store until the lead is given up.
    const remove = async (): Promise<void> => {
      await store.removeNote(id);
      this.#forgotten.delete(id);
    };
    const removed = this.#options.sharesDevice ? oneTabAtATime(id, remove) : remove();
    removed.catch(() => undefined); // it stays hidden until the next start
    void this.#refresh();
  }

  /** What the user keeps for themselves, on all devices. Opening it makes the guest where there is none. */
  openPrivateLog(server: PrivateLogServer): PrivateLog {
    return new PrivateLog({ ...this.#options, identity: this.#identity, server });
  }

  /** Of the user of this moment; before there is one, what this device has. */
  shelf(): NoteShelf {
    const { userId } = this.#identity.account;
    const whose = this.#whose;
    if (this.#shelf !== null && this.#shelf.whose !== whose) {
      const { shelf, log } = this.#shelf;
      this.#shelf = null;
      void shelf.close().then(() => log.close());
    }
    if (userId === null) return this.#deviceShelf;
    this.#shelf ??= { whose, ...this.#openShelf(userId) };
    return this.#shelf.shelf;
  }

  subscribeShelf(listener: () => void): () => void {
    return this.#identity.subscribe(listener);
  }

  notes(): readonly NoteSummary[] {
    return this.#summaries;
  }

  subscribeNotes(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async links(noteId: string): Promise<readonly ShareLink[]> {
    return this.#options.server.links(known(noteId), await this.#identity.accessToken());
  }

  async createLink(noteId: string, role: "viewer" | "editor"): Promise<ShareLink> {
    return this.#options.server.createLink(known(noteId), role, await this.#identity.accessToken());
  }

  async revokeLink(noteId: string, linkId: string): Promise<void> {
    return this.#options.server.revokeLink(known(noteId), linkId, await this.#identity.accessToken());
  }

  profile(): { readonly name: string; readonly color: string } {
    return this.#identity.profile;
  }

  rename(name: string): void {
    this.#changeProfile({ name });
  }

  recolor(color: string): void {
    this.#changeProfile({ color });
  }

  account(): AccountState {
    return this.#identity.account;
  }

  async signUp({ username, password }: SignInRequest): Promise<void> {
    await this.#identity.signUp({ username, password });
  }

  async signIn({ username, password, restore = false }: SignInRequest): Promise<void> {
    await this.#identity.signIn({ username, password }, restore);
  }

  /** See Identity. */
  signInByHost(): Promise<void> {
    return this.#identity.signInByHost();
  }

  signOut(): Promise<void> {
    return this.#identity.signOut();
  }

  checkSession(): void {
    void this.#identity.check();
  }

  async call<T>(ask: (api: ApiClient) => Promise<ApiResult<T>>): Promise<T> {
    const token = await this.#identity.accessToken();
    const result = await ask(this.#options.api(token));
    if (result.ok || !isTokenRefused(result.code)) return valueOf(result);
    this.#identity.forget(token);
    return valueOf(await ask(this.#options.api(await this.#identity.accessToken())));
  }

  subscribeProfile(listener: () => void): () => void {
    return this.#identity.subscribe(listener);
  }

  #openShelf(userId: string) {
    const { sharesDevice, shelfStore, privateLogServer } = this.#options;
    const log = this.openPrivateLog(forgetfulLogServer(privateLogServer, this.#identity));
    const shelf = new LibraryShelf({
      log,
      store: shelfStore?.(userId) ?? NO_SHELF_STORE,
      userId,
      sharesDevice,
      local: () => this.#local,
      subscribeLocal: (listener) => this.subscribeNotes(listener),
      searchServer: async (q) => (await this.call((api) => api.listNotes({ q }))).items,
    });
    log.subscribe(() => {
      if (log.status().problem === "access_ended") this.checkSession();
    });
    return { shelf, log };
  }

  /** `onClosed`: of a note that nobody looks at. */
  #replica(noteId: NoteId, record: Promise<NoteRecord>, onClosed: (() => void) | null): NoteReplica {
    this.#open.set(noteId, (this.#open.get(noteId) ?? 0) + 1);
    return new NoteReplica({
      ...this.#options,
      identity: this.#identity,
      noteId,
      record,
      isSeen: onClosed === null,
      onSummary: () => void this.#refresh(),
      onClosed: () => {
        this.#open.set(noteId, (this.#open.get(noteId) ?? 1) - 1);
        if (onClosed !== null) onClosed();
        else if (this.#options.hasCourier) this.#inBackground(this.#courier.take(noteId));
      },
    });
  }

  /** It goes when the window opens, when the network is back, and when somebody else may send what waits. */
  #startCourier(): void {
    const send = (): void => this.#inBackground(this.#courier.send());
    let whose = this.#whose;
    this.#identity.subscribe(() => {
      if (whose !== this.#whose) send();
      whose = this.#whose;
    });
    this.#options.onNetwork((isUp) => isUp && send());
    send();
  }

  #inBackground(sent: Promise<void>): void {
    sent.catch(() => undefined); // the store can't be read, so nothing can be sent
  }

  /** A log that was shut out stays so: whoever signs in again begins anew. */
  get #whose(): string {
    const { userId, isSignedIn } = this.#identity.account;
    return `${userId} ${isSignedIn}`;
  }

  async #waiting(): Promise<readonly NoteId[]> {
    const waiting = await this.#options.store.waiting();
    return this.#local
      .map(({ noteId }) => known(noteId))
      .filter((noteId) => waiting.has(noteId) && (this.#open.get(noteId) ?? 0) === 0);
  }

  async #known(noteId: NoteId): Promise<NoteRecord> {
    return (await this.#options.store.note(noteId)) ?? blankNote(noteId);
  }

  /** Seen at once here and by whom one writes with; on other devices when the server has it. */
  #changeProfile(change: { readonly name?: string; readonly color?: string }): void {
    const keep = async (): Promise<void> => {
      await this.#identity.changeProfile(change);
      if (this.#identity.account.userId !== null) await this.call((api) => api.changeMe(change));
    };
    keep().catch(() => undefined); // not reached: what one is called is said in each note anyway
  }

  /** The note as the URL addresses it, over what the device knew of it. A note of one's own is opened as its owner. */
  async #record(noteId: NoteId, { linkId, secret }: NoteReference): Promise<NoteRecord> {
    const { store } = this.#options;
    const before = await this.#known(noteId);
    const isOwn = before.role === "owner";
    const link = isOwn
      ? { linkId: null, secret: null }
      : { linkId: linkId ?? before.linkId, secret: secret ?? before.secret };
    const record = { ...before, ...link, openedAtMs: Date.now() };
    await store.saveNote(noteId, { ...link, openedAtMs: record.openedAtMs });
    await this.#refresh();
    return record;
  }

  async #refresh(): Promise<void> {
    const records = await this.#options.store.notes();
    const shown = records.filter(
      ({ noteId, docId, title, role }) =>
        !this.#forgotten.has(noteId) && (docId !== null || title !== "" || role !== null),
    );
    this.#local = shown;
    this.#summaries = shown
      .map(({ noteId, title, excerpt, seq, tasksDone, tasksTotal, openedAtMs, hasUnsent }) => ({
        noteId,
        title,
        excerpt,
        seq,
        tasksDone,
        tasksTotal,
        openedAtMs,
        hasUnsent,
      }))
      .toSorted((a, b) => b.openedAtMs - a.openedAtMs);
    for (const listener of this.#listeners) listener();
  }
}

function known(noteId: string): NoteId {
  const parsed = parseNoteId(noteId);
  if (parsed === null) throw new RefusedError("not_found", true);
  return parsed;
}
