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
import { Identity } from "./identity.ts";
import type { LeaderPorts } from "./note-leader.ts";
import { NoteReplica } from "./note-replica.ts";
import type { NoteReference, NoteSummary, OpenNote, ShareLink, Workspace } from "./open-note.ts";
import { PrivateLog } from "./private-log/private-log.ts";
import type { PrivateLogServer } from "./private-log/private-log-server.ts";
import { RefusedError, type Server } from "./server.ts";
import { blankNote, type NoteRecord, type ReplicaStore } from "./store/replica-store.ts";

const ZERO = new Uint8Array(32);

export interface WorkspaceOptions {
  readonly store: ReplicaStore;
  readonly server: Server;
  /** Whether other tabs of this device may be at the same notes. */
  readonly sharesDevice: boolean;
  readonly onNetwork: LeaderPorts["onNetwork"];
  readonly verifyOps: LeaderPorts["verifyOps"];
  readonly restMs: LeaderPorts["restMs"];
  /** Status is told at most this often, in ms; 0: at every change. */
  readonly statusEveryMs: number;
}

export class DeviceWorkspace implements Workspace {
  readonly keeps: "device" | "memory";
  readonly #options: WorkspaceOptions;
  readonly #identity: Identity;
  readonly #listeners = new Set<() => void>();
  #summaries: readonly NoteSummary[] = [];

  private constructor(options: WorkspaceOptions, identity: Identity) {
    this.keeps = options.store.keeps;
    this.#options = options;
    this.#identity = identity;
  }

  static async open(options: WorkspaceOptions): Promise<DeviceWorkspace> {
    const workspace = new DeviceWorkspace(options, await Identity.open(options.store, options.server));
    await workspace.#refresh();
    // Making a note offline takes the platform's key: heard once, it is kept.
    if (workspace.#identity.knownPlatformKey === null) await workspace.#identity.platformKey().catch(() => null);
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

  open(reference: NoteReference): OpenNote {
    const noteId = parseNoteId(reference.noteId);
    if (noteId === null) throw new RangeError("not a note id");
    return new NoteReplica({
      ...this.#options,
      identity: this.#identity,
      noteId,
      record: this.#record(noteId, reference),
      onSummary: () => void this.#refresh(),
    });
  }

  /** What the user keeps for themselves, on all devices. Opening it makes the guest where there is none. */
  openPrivateLog(server: PrivateLogServer): PrivateLog {
    return new PrivateLog({ ...this.#options, identity: this.#identity, server });
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
    void this.#identity.rename(name);
  }

  subscribeProfile(listener: () => void): () => void {
    return this.#identity.subscribe(listener);
  }

  /** The note as the URL addresses it, over what the device knew of it. A note of one's own is opened as its owner. */
  async #record(noteId: NoteId, { linkId, secret }: NoteReference): Promise<NoteRecord> {
    const { store } = this.#options;
    const before = (await store.note(noteId)) ?? blankNote(noteId);
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
    this.#summaries = records
      .filter(({ docId, title, role }) => docId !== null || title !== "" || role !== null)
      .map(({ noteId, title, tasksDone, tasksTotal, openedAtMs, hasUnsent }) => ({
        noteId,
        title,
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
