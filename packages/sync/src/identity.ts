// Who this device is: its key, made once and kept where scripts can't read it out; the name people see; and the guest that the
// platform makes of it when it first needs one (docs: Guests).
import { toBase64Url } from "@reed/bytes";
import { type DeviceKey, deviceKeyFromHandle, generateDeviceKey, guestMessage } from "@reed/crypto";
import type { Guest, Server } from "./server.ts";
import { cleanName } from "./presence.ts";
import { randomName, randomColor } from "./guest-name.ts";
import type { DeviceRecord, GuestRecord, ReplicaStore } from "./store/replica-store.ts";

/** A token is renewed this long before it ends. */
const TOKEN_MARGIN_MS = 60_000;

export class Identity {
  readonly key: DeviceKey;
  readonly #store: ReplicaStore;
  readonly #server: Server;
  readonly #listeners = new Set<() => void>();
  #record: DeviceRecord;
  #profile: { readonly name: string; readonly color: string };
  #signIn: Promise<Guest> | null = null;
  #guest: Guest | null = null;

  private constructor(record: DeviceRecord, store: ReplicaStore, server: Server) {
    this.key = deviceKeyFromHandle(record.handle, record.publicKey);
    this.#record = record;
    this.#profile = { name: record.name, color: record.color };
    this.#store = store;
    this.#server = server;
  }

  /** Opens the device that `store` holds, or makes a new one. */
  static async open(store: ReplicaStore, server: Server): Promise<Identity> {
    const known = await store.device();
    if (known !== null) return new Identity(known, store, server);
    const key = await generateDeviceKey();
    const person = { name: randomName(), color: randomColor() };
    const record = { handle: key.handle, publicKey: key.publicKey, ...person, guest: null, platformKey: null };
    await store.saveDevice(record);
    return new Identity(record, store, server);
  }

  get device(): string {
    return toBase64Url(this.key.publicKey);
  }

  get profile(): { readonly name: string; readonly color: string } {
    return this.#profile;
  }

  /** The certificate by which this device acts for its guest; null while it has none. */
  get certificate(): Uint8Array | null {
    return this.#record.guest?.certificate ?? null;
  }

  /** The user's private log, as this device last heard of it. */
  get privateLog(): GuestRecord["privateLog"] {
    return this.#record.guest?.privateLog;
  }

  async keepPrivateLog(privateLog: NonNullable<GuestRecord["privateLog"]>): Promise<void> {
    if (this.#record.guest !== null) await this.#save({ guest: { ...this.#record.guest, privateLog } });
  }

  async rename(name: string): Promise<void> {
    this.#profile = { ...this.#profile, name: cleanName(name) };
    for (const listener of this.#listeners) listener();
    await this.#save({ name: this.#profile.name });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The platform's key: from the server, or as it was last heard. Rejects where neither can be had. */
  async platformKey(): Promise<Uint8Array> {
    try {
      const platformKey = await this.#server.platformKey();
      await this.#save({ platformKey });
      return platformKey;
    } catch (error) {
      if (this.#record.platformKey === null) throw error;
      return this.#record.platformKey;
    }
  }

  /** The key as it was last heard, without asking. */
  get knownPlatformKey(): Uint8Array | null {
    return this.#record.platformKey;
  }

  /** A token that is good for a while yet; makes the guest where there is none. */
  async accessToken(): Promise<string> {
    if (this.#guest !== null && this.#guest.expiresAtMs - TOKEN_MARGIN_MS > Date.now()) return this.#guest.accessToken;
    this.#signIn ??= this.#makeGuest().finally(() => {
      this.#signIn = null;
    });
    this.#guest = await this.#signIn;
    return this.#guest.accessToken;
  }

  /** As accessToken, for those who were a guest before; null for devices that only ever followed links. */
  async accessTokenIfGuest(): Promise<string | null> {
    return this.#record.guest === null ? null : this.accessToken();
  }

  async #makeGuest(): Promise<Guest> {
    const { name, color } = this.#profile;
    const guest = await this.#server.guest(this.key.publicKey, name, color, await this.#proof());
    const before = this.#record.guest;
    const privateLog = before?.userId === guest.userId ? before.privateLog : undefined;
    await this.#save({ guest: { userId: guest.userId, certificate: guest.certificate, privateLog } });
    return guest;
  }

  async #proof(): Promise<{ readonly atMs: number; readonly signature: Uint8Array }> {
    const atMs = Date.now();
    return { atMs, signature: await this.key.sign(guestMessage(this.key.publicKey, atMs)) };
  }

  async #save(fields: Partial<DeviceRecord>): Promise<void> {
    this.#record = { ...this.#record, ...fields };
    await this.#store.saveDevice(this.#record);
  }
}
