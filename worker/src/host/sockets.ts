// The sockets of a note. Owns the map from connection number to socket, the attachments, and the wait for HELLO: the only timer
// of a quiet note, and it ends within seconds, so that the object can hibernate.
import { CLOSE_CODES, type CloseReason } from "@reed/protocol";
import type { SessionState } from "@reed/room";
import { decodeAttachment, encodeAttachment } from "./attachment.ts";

const HELLO_WITHIN_MS = 10_000;
/** Second tag of a socket that speaks another protocol than ours; who takes it in keeps its state too (yjs/). */
const FOREIGN_TAG = "foreign";

export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #byConnection = new Map<number, WebSocket>();
  /** The platform takes 15 µs to say it, at each message. */
  readonly #numbers = new WeakMap<WebSocket, number>();
  readonly #helloTimers = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #onHelloLate: (connection: number) => void;

  constructor(ctx: DurableObjectState, onHelloLate: (connection: number) => void) {
    this.#ctx = ctx;
    this.#onHelloLate = onHelloLate;
  }

  get count(): number {
    return this.#byConnection.size;
  }

  has(connection: number): boolean {
    return this.#byConnection.has(connection);
  }

  /** Takes a socket in, and gives it a number that no other socket of this note has. */
  accept(socket: WebSocket): number {
    const connection = this.#freeNumber();
    this.#ctx.acceptWebSocket(socket, [String(connection)]);
    this.#byConnection.set(connection, socket);
    this.#awaitHello(connection);
    return connection;
  }

  /** Takes in a socket that speaks another protocol: no HELLO is awaited, and its attachment is its owner's. */
  acceptForeign(socket: WebSocket): number {
    const connection = this.#freeNumber();
    this.#ctx.acceptWebSocket(socket, [String(connection), FOREIGN_TAG]);
    this.#byConnection.set(connection, socket);
    return connection;
  }

  /** The sockets of acceptForeign that outlived the memory of the object, by their numbers. */
  resumeForeign(): ReadonlyMap<number, WebSocket> {
    const sockets = this.#ctx.getWebSockets(FOREIGN_TAG);
    const resumed = new Map(sockets.map((socket) => [this.connectionOf(socket), socket]));
    for (const [connection, socket] of resumed) this.#byConnection.set(connection, socket);
    return resumed;
  }

  /** The sessions of our own sockets that outlived the memory of the object. */
  resume(): readonly SessionState[] {
    return this.#ctx.getWebSockets().flatMap((socket) => {
      if (this.#ctx.getTags(socket).includes(FOREIGN_TAG)) return [];
      const state = decodeAttachment(socket.deserializeAttachment());
      if (state === null) {
        socket.close(CLOSE_CODES.restarting.code, "restarting" satisfies CloseReason);
        return [];
      }
      this.#byConnection.set(state.connection, socket);
      if (state.phase === "new") this.#awaitHello(state.connection);
      return [state];
    });
  }

  connectionOf(socket: WebSocket): number {
    const known = this.#numbers.get(socket);
    if (known !== undefined) return known;
    const connection = Number(this.#ctx.getTags(socket)[0]);
    this.#numbers.set(socket, connection);
    return connection;
  }

  send(connection: number, frame: Uint8Array): void {
    try {
      this.#byConnection.get(connection)?.send(frame);
    } catch {
      // It is closing; its close event follows and takes it out of the room.
    }
  }

  close(connection: number, reason: CloseReason): void {
    const socket = this.#byConnection.get(connection);
    this.forget(connection);
    socket?.close(CLOSE_CODES[reason].code, reason);
  }

  keep(state: SessionState): void {
    if (state.phase !== "new") this.#stopWaiting(state.connection);
    this.#byConnection.get(state.connection)?.serializeAttachment(encodeAttachment(state));
  }

  forget(connection: number): void {
    this.#stopWaiting(connection);
    this.#byConnection.delete(connection);
  }

  #freeNumber(): number {
    for (;;) {
      const [connection] = crypto.getRandomValues(new Uint32Array(1));
      if (connection !== undefined && connection !== 0 && !this.#byConnection.has(connection)) return connection;
    }
  }

  #awaitHello(connection: number): void {
    this.#helloTimers.set(
      connection,
      setTimeout(() => this.#onHelloLate(connection), HELLO_WITHIN_MS),
    );
  }

  #stopWaiting(connection: number): void {
    clearTimeout(this.#helloTimers.get(connection));
    this.#helloTimers.delete(connection);
  }
}
