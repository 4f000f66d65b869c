// A WebSocket client that does as little as one can: no events per frame, no copies, no compression. A load generator holds
// hundreds of them, and what it spends on a frame is taken from the server that it measures.
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface RawSocketOptions {
  /** ws:// address. */
  readonly url: string;
  readonly protocols?: readonly string[] | undefined;
  /** A whole binary message, valid only during the call. */
  readonly onFrame: (frame: Buffer) => void;
  readonly onClose: (code: number, reason: string) => void;
}

const EMPTY = Buffer.alloc(0);

export class RawSocket {
  /** Bytes of the TCP stream after the handshake, both ways. */
  get bytesIn(): number {
    return this.#socket.bytesRead - this.#handshakeIn;
  }
  get bytesOut(): number {
    return this.#socket.bytesWritten - this.#handshakeOut;
  }
  frames = 0;
  pings = 0;
  readonly #socket: Socket;
  readonly #options: RawSocketOptions;
  #rest: Buffer = EMPTY;
  #fragments: Buffer[] = [];
  #handshakeIn = 0;
  #handshakeOut = 0;
  #isClosed = false;

  private constructor(socket: Socket, options: RawSocketOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Resolves when the server has agreed. Rejects with its answer when it has not. */
  static open(options: RawSocketOptions): Promise<RawSocket> {
    const { hostname, port, pathname, search, host } = new URL(options.url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname === "localhost" ? "127.0.0.1" : hostname, port: Number(port) });
      socket.setNoDelay(true);
      const raw = new RawSocket(socket, options);
      const protocols =
        options.protocols === undefined ? [] : [`Sec-WebSocket-Protocol: ${options.protocols.join(", ")}`];
      let head = EMPTY;
      const onHead = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end === -1) return;
        socket.off("data", onHead);
        const answer = head.toString("latin1", 0, end);
        if (!answer.startsWith("HTTP/1.1 101")) {
          socket.destroy();
          return reject(new Error(`no socket: ${answer.split("\r\n", 1)[0]} ${head.toString("utf8", end + 4)}`));
        }
        raw.#handshakeIn = end + 4;
        raw.#handshakeOut = socket.bytesWritten;
        socket.on("data", (data: Buffer) => raw.#take(data));
        socket.on("close", () => raw.#end(1006, ""));
        resolve(raw);
        if (head.length > end + 4) raw.#take(head.subarray(end + 4));
      };
      socket.on("data", onHead);
      socket.on("error", (error) => {
        reject(error);
        raw.#end(1006, error.message);
      });
      socket.on("connect", () => {
        const key = randomBytes(16).toString("base64");
        const lines = [
          `GET ${pathname}${search} HTTP/1.1`,
          `Host: ${host}`,
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          `Sec-WebSocket-Key: ${key}`,
          ...protocols,
        ];
        socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      });
    });
  }

  /** Sends one binary message that maskedFrame made: made ahead, sending costs one write. */
  sendMasked(masked: Uint8Array): void {
    this.#socket.write(masked);
  }

  send(payload: Uint8Array): void {
    this.#socket.write(maskedFrame(payload));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.write(maskedFrame(Uint8Array.of(0x03, 0xe8), 0x8));
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
  }

  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#options.onClose(code, reason);
  }

  #take(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      if (data.length - at < 2) break;
      const first = data[at] ?? 0;
      let length = (data[at + 1] ?? 0) & 0x7f;
      let header = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        header = 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        header = 10;
      }
      if (data.length - at < header + length) break;
      this.#frame(first & 0x0f, (first & 0x80) !== 0, data.subarray(at + header, at + header + length));
      at += header + length;
    }
    this.#rest = at === data.length ? EMPTY : data.subarray(at);
  }

  #frame(opcode: number, isLast: boolean, payload: Buffer): void {
    if (opcode === 0x9) {
      this.pings += 1;
      this.#socket.write(maskedFrame(payload, 0xa));
    } else if (opcode === 0x8) {
      this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005, payload.toString("utf8", 2));
    } else if (opcode <= 0x2 && !isLast) {
      this.#fragments.push(Buffer.from(payload));
    } else if (opcode === 0x2 || opcode === 0x0) {
      this.frames += 1;
      const whole = this.#fragments.length === 0 ? payload : Buffer.concat([...this.#fragments, payload]);
      if (this.#fragments.length > 0) this.#fragments = [];
      this.#options.onFrame(whole);
    }
  }
}

/** A client's frame. The mask is zero, which the protocol allows and which saves the load generator a pass over the bytes. */
export function maskedFrame(payload: Uint8Array, opcode = 0x2): Buffer {
  const extra = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(6 + extra + payload.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? payload.length : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(payload.length, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(payload.length), 2);
  frame.set(payload, 6 + extra);
  return frame;
}
