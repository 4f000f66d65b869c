// The Durable Object of one user, named by the user's id: a shell that takes calls and translates. It holds the user's private log
// and, beside it, the list of their notes (docs/spec/private.md, docs/spec/library.md). Both begin together, when a device of the
// user or a note first has something for it; whoever comes at the same time finds the same one.
import type { ListNotesQuery } from "@reed/api";
import { GATEWAY, type NoteId, type Principal, userPrincipal } from "@reed/log";
import { emptyShelf, shelfOf } from "../admin/backup-shelf.ts";
import { type DeskProblem, ObjectDesk, SOMETHING_HERE } from "../admin/object-desk.ts";
import { OperatedObject } from "../admin/operated-object.ts";
import { type Config, configOf, type Env } from "../env.ts";
import { signGenesis } from "../host/genesis.ts";
import { RoomHost } from "../host/room-host.ts";
import { snapshotOf } from "../host/snapshot-answer.ts";
import { findUser } from "../identity/users.ts";
import { Meter } from "../metrics/meter.ts";
import type { RestoreAnswer, SnapshotAnswer, SnapshotInput } from "../note/rpc.ts";
import type {
  CutCount,
  CutScope,
  LibraryCalls,
  NoteCallsByLibrary,
  NoteEvent,
  NoteHead,
  SyncedDevice,
} from "./events.ts";
import { answerList, type ListAnswer } from "./listing.ts";
import { LIBRARY_STEPS } from "./migrations.ts";
import { purgeSome, rebuildAll } from "./operations.ts";
import type { PrivateLog } from "./private-log.ts";
import { UserLibrary } from "./user-library.ts";

export interface PrivateLogAddress {
  readonly noteId: NoteId;
  readonly docId: Uint8Array;
}

const BY_OPERATOR = { by: GATEWAY, via: "operator", session: null } as const;

export class LibraryObject extends OperatedObject implements LibraryCalls {
  readonly #config: Config;
  readonly #host: RoomHost<UserLibrary>;
  /** For operators. */
  protected override readonly desk: ObjectDesk;
  #founding: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = configOf(env);
    this.#host = new RoomHost({
      ctx,
      config: this.#config,
      blobs: env.BLOBS ?? null,
      meter: new Meter("library", env),
      steps: LIBRARY_STEPS,
      host: (context) =>
        new UserLibrary(context, {
          sockets: this.#host.sockets,
          note: (noteId) => this.#note(noteId),
          user: async (userId) => (await findUser(env.PLATFORM, userId))?.user ?? null,
          background: (work) => ctx.waitUntil(work),
        }),
    });
    this.desk = new ObjectDesk({
      storage: ctx.storage,
      sql: this.#host.sql,
      kind: "library",
      steps: LIBRARY_STEPS,
      otherTables: [],
      blobs: env.BLOBS ?? null,
    });
    this.#host.wake();
    this.#library?.feed.resume(this.#library.room.sessions);
  }

  /** The private log of `user`, for whom this object is named; begins it where there is none. null: the user has lost it. */
  async privateLog(user: Principal): Promise<PrivateLogAddress | null> {
    await this.#begin(user);
    const log = this.#logOf(user);
    const docId = log?.room.ledger?.docId;
    return log === null || docId === undefined ? null : { noteId: log.noteId, docId };
  }

  /** The newest snapshot of the private log. */
  async snapshot(
    user: Principal,
    input: SnapshotInput,
  ): Promise<SnapshotAnswer | { readonly code: "not_found" | "no_snapshot" }> {
    const log = this.#logOf(user);
    return log === null ? { code: "not_found" } : snapshotOf(log.snapshots, input);
  }

  /** `urlBase`: the origin that addresses of notes begin with. */
  async list(userId: string, query: ListNotesQuery, urlBase: string): Promise<ListAnswer> {
    const library = this.#libraryOf(userId);
    return library === null
      ? { items: [], nextCursor: null }
      : answerList(this.#host.sql, library.notes, query, urlBase);
  }

  async receive(userId: string, events: readonly NoteEvent[]): Promise<void> {
    if (this.#library === null && events.every(({ entry }) => entry === null)) return;
    (await this.#begin(userPrincipal(userId))).receive(events);
  }

  heads(items: readonly NoteHead[]): void {
    this.#library?.heads(items);
  }

  async noteTicket(noteId: NoteId, device: Uint8Array, sessionId: string): Promise<void> {
    // An object is named by its user's id; one that was not has no user to begin a library for.
    const userId = this.ctx.id.name;
    const library = userId === undefined ? this.#library : await this.#begin(userPrincipal(userId));
    library?.opened(noteId, device, sessionId);
  }

  async cut(userId: string, scope: CutScope): Promise<CutCount> {
    return { sockets: (await this.#library?.cut(userId, scope)) ?? 0 };
  }

  async claimInto(from: string, to: string): Promise<void> {
    (await this.#begin(userPrincipal(from))).beginClaim(from, to);
  }

  async purge(userId: string): Promise<boolean> {
    const library = this.#library;
    if (library === null) return true;
    if (!(await purgeSome(library, userId, this.#host.sql, (noteId) => this.#note(noteId)))) return false;
    library.closeAll();
    if (this.env.BLOBS !== undefined) await emptyShelf(this.env.BLOBS, shelfOf("library", userId));
    await this.#host.forget();
    return true;
  }

  async rebuild(userId: string): Promise<{ readonly notes: number }> {
    const library = this.#library;
    if (library === null) return { notes: 0 };
    return { notes: await rebuildAll(library, userId, this.#host.sql, (noteId) => this.#note(noteId)) };
  }

  async devices(): Promise<readonly SyncedDevice[]> {
    return this.#library?.feed.devices() ?? [];
  }

  /** Where there is nothing yet. The log begins a generation at once; the index follows by `rebuild`. */
  async restore(userId: string, backup: ReadableStream<Uint8Array>): Promise<RestoreAnswer | DeskProblem> {
    if (this.#library !== null) return { problem: SOMETHING_HERE };
    const header = await this.desk.restore(userId, backup);
    if ("problem" in header) return header;
    this.#host.wake();
    const log = this.#host.hosted?.log;
    if (log === undefined) return { atMs: header.atMs, seq: null };
    await this.#config.gateway.ready();
    const opened = await log.room.control([], { type: "generation", reason: "restored" }, BY_OPERATOR);
    if (!opened.ok) return { problem: "the private log did not open" };
    await log.snapshots.make();
    return { atMs: header.atMs, seq: opened.seq };
  }

  /** The upgrade of a socket that the worker has let in. */
  override fetch(request: Request): Response {
    return this.#host.upgrade(request);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const connection = this.#host.sockets.connectionOf(socket);
    if (typeof message !== "string" && this.#library?.hear(connection, new Uint8Array(message)) === true) return;
    await this.#host.message(connection, message);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#gone(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#gone(socket);
  }

  override alarm(): Promise<void> {
    return this.#host.alarm();
  }

  get #library(): UserLibrary | null {
    return this.#host.hosted;
  }

  #gone(socket: WebSocket): void {
    this.#library?.gone(this.#host.sockets.connectionOf(socket));
    this.#host.gone(socket);
  }

  #note(noteId: NoteId): NoteCallsByLibrary {
    return this.env.NOTE.get(this.env.NOTE.idFromName(noteId));
  }

  #libraryOf(userId: string): UserLibrary | null {
    return this.#library?.log.mayRead(userPrincipal(userId)) === true ? this.#library : null;
  }

  #logOf(user: Principal): PrivateLog | null {
    const log = this.#library?.log ?? null;
    return log?.mayRead(user) === true ? log : null;
  }

  async #begin(user: Principal): Promise<UserLibrary> {
    await this.#config.gateway.ready();
    if (this.#library?.room.ledger?.isFounded !== true) {
      await (this.#founding ??= this.#found(user).finally(() => {
        this.#founding = null;
      }));
    }
    const library = this.#library;
    if (library === null) throw new Error("the library could not be begun");
    return library;
  }

  /** Begins the log, or goes on where an earlier beginning was broken off. */
  async #found(user: Principal): Promise<void> {
    if (this.#library === null) {
      const { noteId, genesis } = await signGenesis(this.#config, "private");
      await this.#host.found(noteId, genesis);
    }
    if ((await this.#library?.log.giveTo(user)) !== true) throw new Error("the private log could not be begun");
  }
}
