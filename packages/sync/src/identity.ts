// Who this device is: its key, made once and kept where scripts can't read it out; the name people see; and the user that it acts
// for, a guest that the platform makes silently when it first needs one (docs: Guests), or an account that somebody signed in to.
import { equalBytes, toBase64Url } from "@reed/bytes";
import { type DeviceKey, deviceKeyFromHandle, guestMessage } from "@reed/crypto";
import type { AccountServer, Credentials, DeviceProof, Profile, Session } from "./account-server.ts";
import { accountOf, isSameAccount, makeDevice } from "./device-record.ts";
import type { AccountState } from "./open-note.ts";
import { RefusedError, type Server } from "./server.ts";
import { cleanName } from "./presence.ts";
import type { AccountRecord, DeviceRecord, GuestRecord, ReplicaStore } from "./store/replica-store.ts";
import { oneTabAtATime } from "./tabs/one-at-a-time.ts";

/** A token is renewed this long before it ends. */
const TOKEN_MARGIN_MS = 60_000;

/** What stands around the app and knows its person, as Discord does: that person need not sign in. */
export interface HostSignIn {
  /** Of this moment. */
  readonly session: Session;
  /** Signs the person in anew. Rejects with a RefusedError where the host or the server says no. */
  readonly again: () => Promise<Session>;
}

export interface IdentityOptions {
  /** Left out where people sign in themselves. */
  readonly host?: HostSignIn | undefined;
  /** Without it the device is a guest and stays one. */
  readonly accounts?: AccountServer | undefined;
  /** Other tabs of this device must read it anew. */
  readonly tellTabs?: (() => void) | undefined;
}

interface Token {
  readonly accessToken: string;
  readonly expiresAtMs: number;
}

export class Identity {
  readonly key: DeviceKey;
  readonly #store: ReplicaStore;
  readonly #server: Server;
  readonly #options: IdentityOptions;
  readonly #listeners = new Set<() => void>();
  #record: DeviceRecord;
  #profile: Profile;
  #account: AccountState;
  #renewal: Promise<Token> | null = null;
  #fetching: Promise<Uint8Array> | null = null;
  #token: Token | null = null;
  /** Only where no cookie carries it. */
  #refreshToken: string | null = null;

  private constructor(record: DeviceRecord, store: ReplicaStore, server: Server, options: IdentityOptions) {
    this.key = deviceKeyFromHandle(record.handle, record.publicKey);
    this.#record = record;
    this.#profile = { name: record.name, color: record.color };
    this.#account = accountOf(record);
    this.#store = store;
    this.#server = server;
    this.#options = options;
  }

  /** Opens the device that `store` holds, or makes a new one. */
  static async open(store: ReplicaStore, server: Server, options: IdentityOptions = {}): Promise<Identity> {
    const identity = new Identity((await store.device()) ?? (await makeDevice(store)), store, server, options);
    if (options.host === undefined) return identity;
    const { session } = options.host;
    if (identity.#record.guest === null) await identity.#beginAnew(session);
    else await identity.#begin(session);
    return identity;
  }

  get device(): string {
    return toBase64Url(this.key.publicKey);
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** The same object until it changes. */
  get account(): AccountState {
    return this.#account;
  }

  /**
   * The certificate by which this device acts for its user; null while it has no user, and while that user is signed out. Where it
   * is still to be fetched it rejects as AccountServer does, and with a RefusedError `device_taken` where the server gives none.
   */
  async certificate(): Promise<Uint8Array | null> {
    const { guest } = this.#record;
    if (this.#isSignedOut || guest === null) return null;
    if (guest.certificate !== null) return guest.certificate;
    this.#fetching ??= this.#fetchCertificate().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  /** The user's private log, as this device last heard of it. */
  get privateLog(): GuestRecord["privateLog"] {
    return this.#record.guest?.privateLog;
  }

  async keepPrivateLog(privateLog: NonNullable<GuestRecord["privateLog"]>): Promise<void> {
    if (this.#record.guest !== null) await this.#save({ guest: { ...this.#record.guest, privateLog } });
  }

  /** Changes what people see of this person, here; the server is told by whoever calls. */
  async changeProfile({ name, color }: Partial<Profile>): Promise<void> {
    this.#profile = {
      name: name === undefined ? this.#profile.name : cleanName(name),
      color: color ?? this.#profile.color,
    };
    this.#tell();
    await this.#save(this.#profile);
    this.#options.tellTabs?.();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Another tab changed the device. */
  async readAnew(): Promise<void> {
    const record = await this.#store.device();
    if (record === null || !equalBytes(record.publicKey, this.#record.publicKey)) return;
    const isOther = record.guest?.userId !== this.#record.guest?.userId;
    const hasParted = accountOf(record).isSignedIn !== this.#account.isSignedIn;
    if (isOther || hasParted) this.#token = null;
    this.#adopt(record);
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

  /**
   * A token that is good for a while yet; makes the guest where there is no user. RefusedError `session_ended` where somebody has
   * to sign in first.
   */
  async accessToken(): Promise<string> {
    if (this.#token !== null && this.#token.expiresAtMs - TOKEN_MARGIN_MS > Date.now()) return this.#token.accessToken;
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return (await this.#renewal).accessToken;
  }

  /** As accessToken, for those who have a user already; null for devices that only ever followed links. */
  async accessTokenIfGuest(): Promise<string | null> {
    return this.#record.guest === null ? null : this.accessToken();
  }

  /** The server takes this token no longer: the next is another. */
  forget(accessToken: string): void {
    if (this.#token?.accessToken === accessToken) this.#token = null;
  }

  /** Asks the server whether this session still holds: something that it could do was refused. */
  async check(): Promise<void> {
    if (!this.#account.isSignedIn) return;
    this.#token = null;
    await this.accessToken().catch(() => undefined); // what it found out is in `account`
  }

  // Accounts

  /** Makes an account of this device's guest, or a new one. */
  async signUp(credentials: Credentials): Promise<void> {
    const accounts = this.#needAccounts();
    const guestToken = await this.#guestToken();
    await this.#begin(await accounts.create({ ...credentials, ...this.#profile }, guestToken));
  }

  /** Signs in to an account; what this device's guest has becomes the account's. `restore`: takes its deletion back. */
  async signIn(credentials: Credentials, restore: boolean): Promise<void> {
    const accounts = this.#needAccounts();
    const guestToken = await this.#guestToken();
    await this.#begin(await accounts.open(credentials, restore, guestToken));
  }

  /** Has the host sign in whom it knows, after their session was over. */
  async signInByHost(): Promise<void> {
    if (this.#options.host === undefined) throw new RefusedError("session_ended", true);
    await this.#begin(await this.#options.host.again());
  }

  /** Ends the session, here and on the server. What the device has stays on it. */
  async signOut(): Promise<void> {
    const accessToken = await this.accessToken();
    await this.#needAccounts().end(accessToken);
    await this.#leave();
  }

  get #accountRecord(): AccountRecord | null {
    return this.#record.account ?? null;
  }

  get #isSignedOut(): boolean {
    return this.#accountRecord?.isSignedIn === false;
  }

  #needAccounts(): AccountServer {
    if (this.#options.accounts === undefined) throw new RefusedError("account_only", true);
    return this.#options.accounts;
  }

  /** null: there is no guest whose notes could be taken along, or it has become an account without this device hearing of it. */
  async #guestToken(): Promise<string | null> {
    if (this.#accountRecord !== null) return null;
    try {
      return await this.accessTokenIfGuest();
    } catch (error) {
      if (error instanceof RefusedError) return null;
      throw error;
    }
  }

  /** On a device that was nobody's yet, which the server has no reason to refuse: the certificate may come later. */
  async #beginAnew(session: Session): Promise<void> {
    await this.#enter(session, null);
    this.certificate().catch(() => undefined); // asked for again by whoever needs it
  }

  async #fetchCertificate(): Promise<Uint8Array> {
    const certificate = await this.#certify(await this.accessToken());
    if (certificate === null) throw new RefusedError("device_taken", true);
    const { guest } = this.#record;
    if (guest !== null) await this.#save({ guest: { ...guest, certificate } });
    return certificate;
  }

  async #begin(session: Session): Promise<void> {
    const { userId, accessToken } = session;
    const { guest } = this.#record;
    // A device's notes, signed by its key, are one user's: somebody else begins with a device of their own.
    const isOther = this.#accountRecord !== null && guest !== null && guest.userId !== userId;
    const certificate = isOther ? null : await this.#certify(accessToken);
    if (certificate === null) {
      await this.#drop(accessToken);
      throw new RefusedError("device_taken", true);
    }
    await this.#enter(session, certificate);
  }

  async #enter(session: Session, certificate: Uint8Array | null): Promise<void> {
    const { userId, username, name, color } = session;
    const { guest } = this.#record;
    this.#keep(session);
    const privateLog = guest?.userId === userId ? guest.privateLog : undefined;
    await this.#save({
      name,
      color,
      guest: { userId, certificate, privateLog },
      account: { username: username ?? "", isSignedIn: true },
    });
    this.#options.tellTabs?.();
  }

  /** Of no use to this device. A host's may yet be to another one. */
  async #drop(accessToken: string): Promise<void> {
    if (this.#options.host !== undefined) return;
    await this.#needAccounts()
      .end(accessToken)
      .catch(() => undefined);
  }

  /** null: the server will not certify this device for that user. */
  async #certify(accessToken: string): Promise<Uint8Array | null> {
    try {
      return await this.#needAccounts().certify(this.key.publicKey, await this.#proof(), accessToken);
    } catch (error) {
      if (error instanceof RefusedError && REFUSED_DEVICE.has(error.code)) return null;
      throw error;
    }
  }

  async #leave(): Promise<void> {
    this.#token = null;
    this.#refreshToken = null;
    const account = this.#accountRecord;
    if (account === null) return;
    await this.#save({ account: { ...account, isSignedIn: false } });
    this.#options.tellTabs?.();
  }

  async #renew(): Promise<Token> {
    if (this.#isSignedOut) throw new RefusedError("session_ended", true);
    return this.#accountRecord === null ? this.#makeGuest() : this.#refresh();
  }

  /** Two tabs that show one refresh token would look like a thief: they take turns. */
  async #refresh(): Promise<Token> {
    const accounts = this.#needAccounts();
    try {
      const session = await oneTabAtATime("session", () => accounts.refresh(this.#refreshToken));
      this.#keep(session);
      const { name, color } = session;
      if (name !== this.#profile.name || color !== this.#profile.color) await this.#save({ name, color });
      return session;
    } catch (error) {
      if (!(error instanceof RefusedError) || !OVER.has(error.code)) throw error;
      const session = await this.#anew();
      if (session !== null) return session;
      await this.#leave();
      throw new RefusedError("session_ended", true);
    }
  }

  /** A session of the same person that the host begins, without anybody being asked; null where there is none to be had. */
  async #anew(): Promise<Session | null> {
    if (this.#options.host === undefined) return null;
    try {
      const session = await this.#options.host.again();
      if (session.userId !== this.#record.guest?.userId) return null;
      this.#keep(session);
      return session;
    } catch (error) {
      if (error instanceof RefusedError) return null;
      throw error;
    }
  }

  #keep(session: Session): void {
    this.#token = session;
    this.#refreshToken = session.refreshToken;
  }

  async #makeGuest(): Promise<Token> {
    const { name, color } = this.#profile;
    const guest = await this.#server.guest(this.key.publicKey, name, color, await this.#proof());
    const before = this.#record.guest;
    const privateLog = before?.userId === guest.userId ? before.privateLog : undefined;
    this.#token = guest;
    await this.#save({ guest: { userId: guest.userId, certificate: guest.certificate, privateLog } });
    return guest;
  }

  async #proof(): Promise<DeviceProof> {
    const atMs = Date.now();
    return { atMs, signature: await this.key.sign(guestMessage(this.key.publicKey, atMs)) };
  }

  async #save(fields: Partial<DeviceRecord>): Promise<void> {
    this.#adopt({ ...this.#record, ...fields });
    await this.#store.saveDevice(this.#record);
  }

  #adopt(record: DeviceRecord): void {
    this.#record = record;
    const { name, color } = record;
    const account = accountOf(record);
    const isNews =
      name !== this.#profile.name || color !== this.#profile.color || !isSameAccount(account, this.#account);
    if (!isNews) return;
    this.#profile = { name, color };
    this.#account = account;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Answers after which this session is over, whatever is tried. */
const OVER: ReadonlySet<string> = new Set(["session_ended", "account_deleted", "device_revoked", "unauthenticated"]);
/** Answers to a device that is another user's, or was taken away from this one. */
const REFUSED_DEVICE: ReadonlySet<string> = new Set(["device_taken", "device_revoked", "forbidden"]);
