// The way into the private log of this device's user, and the server's clock, which is heard on the way.
import type { Entrance, Entry } from "../entrance.ts";
import type { Identity } from "../identity.ts";
import { RefusedError, type ServerState } from "../server.ts";
import type { FoundLog, PrivateLogServer } from "./private-log-server.ts";

export class PrivateEntrance implements Entrance {
  readonly #identity: Identity;
  readonly #server: PrivateLogServer;
  #found: FoundLog | null = null;
  #clockOffsetMs = 0;

  constructor(identity: Identity, server: PrivateLogServer) {
    this.#identity = identity;
    this.#server = server;
  }

  /** The server's time, µs; this device's until the server was heard. */
  nowUs(): number {
    return Math.round((Date.now() + this.#clockOffsetMs) * 1000);
  }

  /** Asks the server which log it is, once, and keeps the answer. A log that is not the one the device knows is refused. */
  async find(): Promise<FoundLog> {
    if (this.#found !== null) return this.#found;
    const token = await this.#identity.accessToken();
    const askedMs = Date.now();
    const found = await this.#server.log(token);
    // The server looked at its clock about half way through.
    this.#clockOffsetMs = found.serverTimeMs - (askedMs + Date.now()) / 2;
    const known = this.#identity.privateLog;
    if (known !== undefined && known.noteId !== found.noteId) throw new RefusedError("conflict", true);
    if (known === undefined) await this.#identity.keepPrivateLog({ noteId: found.noteId, docId: found.docId });
    return (this.#found = found);
  }

  async enter(): Promise<Entry> {
    await this.find();
    const [ticket, ofUser] = await Promise.all([
      this.#server.ticket(this.#identity.device, await this.#identity.accessToken()),
      this.#identity.certificate(),
    ]);
    return { ticket, certificates: [ofUser].filter((certificate) => certificate !== null) };
  }

  async snapshot(): Promise<Uint8Array | null> {
    return this.#server.snapshot(await this.#identity.accessToken());
  }

  /** There is no text to compare: the chain says all. */
  state(): Promise<ServerState> {
    return Promise.reject(new RefusedError("not_found", true));
  }

  text(): Promise<null> {
    return Promise.resolve(null);
  }

  chainAt(): Promise<null> {
    return Promise.resolve(null);
  }
}
