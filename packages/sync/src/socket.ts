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
/** Nothing came back for this long: the socket is dead, though nobody said so. */
const SILENCE_LIMIT_MS = 60_000;

export class Socket {
  readonly #socket: WebSocket;
  #isClosed = false;
  #ping: ReturnType<typeof setInterval> | null = null;
  #heardAtMs = Date.now();

  constructor(ticket: Ticket, events: SocketEvents) {
    this.#socket = new WebSocket(ticket.url, [...ticket.protocols]);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => {
      if (this.#isClosed) return;
      this.#ping = setInterval(() => this.#beat(events), PING_INTERVAL_MS);
      events.onOpen();
    });
    this.#socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      this.#heardAtMs = Date.now();
      if (!this.#isClosed && data instanceof ArrayBuffer) events.onFrame(new Uint8Array(data));
    });
    this.#socket.addEventListener("close", ({ reason }) => this.#end(events, isCloseReason(reason) ? reason : null));
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(Uint8Array.from(frame));
  }

  close(): void {
    this.#stop();
    this.#socket.close(1000);
  }

  #beat(events: SocketEvents): void {
    if (Date.now() - this.#heardAtMs > SILENCE_LIMIT_MS) {
      this.#socket.close();
      this.#end(events, null);
    } else this.#socket.send("ping");
  }

  #end(events: SocketEvents, reason: CloseReason | null): void {
    if (this.#isClosed) return;
    this.#stop();
    events.onClose(reason);
  }

  #stop(): void {
    this.#isClosed = true;
    if (this.#ping !== null) clearInterval(this.#ping);
  }
}
