// The way into a note: the guest and the genesis for one made here, the link's certificate for one that was shared.
import type { Entrance, Entry } from "./entrance.ts";
import { linkCertificate } from "./credentials.ts";
import type { Identity } from "./identity.ts";
import { type Reader, RefusedError, type Server, type ServerState } from "./server.ts";
import type { NoteRecord, ReplicaStore } from "./store/replica-store.ts";

export class NoteEntrance implements Entrance {
  readonly #store: ReplicaStore;
  readonly #server: Server;
  readonly #identity: Identity;
  #record: NoteRecord;

  constructor(
    record: NoteRecord,
    ports: { readonly store: ReplicaStore; readonly server: Server; readonly identity: Identity },
  ) {
    this.#record = record;
    this.#store = ports.store;
    this.#server = ports.server;
    this.#identity = ports.identity;
  }

  async enter(): Promise<Entry> {
    const { noteId, linkId, secret } = this.#record;
    const { device, key } = this.#identity;
    const accessToken = await this.#accessToken();
    await this.#found(accessToken);
    const byLink =
      linkId === null ? null : await linkCertificate(noteId, { linkId, secret }, key.publicKey, Date.now() * 1000);
    const [ticket, ofUser] = await Promise.all([
      this.#server.ticket(noteId, { device, linkId, linkCertificate: byLink }, accessToken),
      this.#identity.certificate(),
    ]);
    // The user's own before those of a way in: what the device writes is theirs wherever it can be.
    const own = [ofUser, byLink].filter((certificate) => certificate !== null);
    return { ticket, certificates: [...own, ...(ticket.certificates ?? [])] };
  }

  async snapshot(): Promise<Uint8Array | null> {
    return this.#server.snapshot(this.#record.noteId, await this.#reader());
  }

  async state(): Promise<ServerState> {
    return this.#server.state(this.#record.noteId, await this.#reader());
  }

  async text(): Promise<string> {
    return this.#server.text(this.#record.noteId, await this.#reader());
  }

  async chainAt(seq: number): Promise<Uint8Array | null> {
    return this.#server.chainAt(this.#record.noteId, seq, await this.#reader());
  }

  /** A note of one's own needs an account; a link is enough for others, though a guest comes as who it is. */
  #accessToken(): Promise<string | null> {
    const isOwn = this.#record.linkId === null;
    return isOwn ? this.#identity.accessToken() : this.#identity.accessTokenIfGuest().catch(() => null);
  }

  async #reader(): Promise<Reader> {
    const { linkId } = this.#record;
    if (linkId !== null) return { type: "link", linkId };
    const accessToken = await this.#accessToken();
    if (accessToken === null) throw new RefusedError("unauthenticated", true);
    return { type: "user", accessToken };
  }

  async #found(accessToken: string | null): Promise<void> {
    const { genesis, noteId } = this.#record;
    if (genesis === null || accessToken === null) return;
    await this.#server.found(noteId, genesis, accessToken);
    this.#record = { ...this.#record, genesis: null };
    await this.#store.saveNote(noteId, { genesis: null });
  }
}
