// One WebSocket, as the replica sees it: frames in and out, and one end. A socket that its owner closed is silent from then on.
import { type CloseReason, isCloseReason } from "@reed/protocol";
import type { Ticket } from "./server.ts";

export interface SocketEvents {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Uint8Array) => void;
  /** `reason` null: the network, or a server that gave none of our reasons. */
  readonly onClose: (reason: CloseReason | null) => void;
}

/** Keeps proxies from dropping a quiet socket; the server answers without waking. */
const PING_INTERVAL_MS = 25_000;
/** A socket that has not opened by then will not. */
const OPENING_MS = 20_000;
/** Something was sent and nothing came: first ask by a ping, then give up. Networks fail without saying so. */
const PATIENCE_MS = 4000;

export class Socket {
  readonly #socket: WebSocket;
  #isClosed = false;
  readonly #events: SocketEvents;
  #ping: ReturnType<typeof setInterval> | null = null;
  #patience: ReturnType<typeof setTimeout> | null = null;

  constructor(ticket: Ticket, events: SocketEvents) {
    this.#events = events;
    this.#socket = new WebSocket(ticket.url, [...ticket.protocols]);
    this.#socket.binaryType = "arraybuffer";
    this.#patience = setTimeout(() => this.drop(), OPENING_MS);
    this.#socket.addEventListener("open", () => {
      if (this.#isClosed) return;
      this.#heard();
      this.#ping = setInterval(() => this.#askForLife(), PING_INTERVAL_MS);
      events.onOpen();
    });
    this.#socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      this.#heard();
      if (!this.#isClosed && data instanceof ArrayBuffer) events.onFrame(new Uint8Array(data));
    });
    this.#socket.addEventListener("close", ({ reason }) => this.#end(isCloseReason(reason) ? reason : null));
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(Uint8Array.from(frame));
    this.#patience ??= setTimeout(() => this.#askForLife(), PATIENCE_MS);
  }

  close(): void {
    this.#stop();
    this.#socket.close(1000);
  }

  /** The network is known to be gone: nothing will come, not even an end. */
  drop(): void {
    this.#socket.close();
    this.#end(null);
  }

  #heard(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }

  #askForLife(): void {
    if (this.#isClosed) return;
    this.#heard();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send("ping");
    this.#patience = setTimeout(() => this.drop(), PATIENCE_MS);
  }

  #end(reason: CloseReason | null): void {
    if (this.#isClosed) return;
    this.#stop();
    this.#events.onClose(reason);
  }

  #stop(): void {
    this.#isClosed = true;
    this.#heard();
    if (this.#ping !== null) clearInterval(this.#ping);
  }
}
