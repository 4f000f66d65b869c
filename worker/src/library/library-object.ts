// The Durable Object of one user, named by the user's id: a shell that takes calls and translates. It holds the user's private
// log, which it begins when a device of the user first asks for it, so that two devices that ask at once find the same one.
import { DurableObject } from "cloudflare:workers";
import type { NoteId, Principal } from "@reed/log";
import { type Config, configOf, type Env } from "../env.ts";
import { signGenesis } from "../host/genesis.ts";
import { RoomHost } from "../host/room-host.ts";
import { snapshotOf } from "../host/snapshot-answer.ts";
import type { SnapshotAnswer, SnapshotInput } from "../note/rpc.ts";
import { LIBRARY_STEPS } from "./migrations.ts";
import { PrivateLog } from "./private-log.ts";

export interface PrivateLogAddress {
  readonly noteId: NoteId;
  readonly docId: Uint8Array;
}

export class LibraryObject extends DurableObject<Env> {
  readonly #config: Config;
  readonly #host: RoomHost<PrivateLog>;
  #founding: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = configOf(env);
    this.#host = new RoomHost({
      ctx,
      config: this.#config,
      blobs: env.BLOBS ?? null,
      steps: LIBRARY_STEPS,
      host: (context) => new PrivateLog(context),
    });
    this.#host.wake();
  }

  /** The private log of `user`, for whom this object is named; begins it where there is none. null: the user has lost it. */
  async privateLog(user: Principal): Promise<PrivateLogAddress | null> {
    await this.#config.gateway.ready();
    await (this.#founding ??= this.#found(user).finally(() => {
      this.#founding = null;
    }));
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

  /** The upgrade of a socket that the worker has let in. */
  override fetch(request: Request): Response {
    return this.#host.upgrade(request);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#host.message(this.#host.sockets.connectionOf(socket), message);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#host.gone(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#host.gone(socket);
  }

  override alarm(): Promise<void> {
    return this.#host.alarm();
  }

  #logOf(user: Principal): PrivateLog | null {
    const log = this.#host.hosted;
    return log?.mayRead(user) === true ? log : null;
  }

  /** Begins the log, or goes on where an earlier beginning was broken off. */
  async #found(user: Principal): Promise<void> {
    if (this.#host.hosted === null) {
      const { noteId, genesis } = await signGenesis(this.#config, "private");
      await this.#host.found(noteId, genesis);
    }
    if ((await this.#host.hosted?.giveTo(user)) !== true) throw new Error("the private log could not be begun");
  }
}
