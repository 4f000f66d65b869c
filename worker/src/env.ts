// Bindings and secrets, parsed once per isolate. A secret that is missing or of the wrong form stops the first request with its
// name, never with its value. README.md says how each is made.
import { fromBase64Url } from "@reed/bytes";
import { type Signer, signerFromSeed } from "@reed/crypto";
import { ROOM_LIMITS, type RoomLimits } from "@reed/room";
import { TokenKey } from "./auth/token-key.ts";
import type { CardPainter } from "./card/renderer.ts";
import { type DiscordConfig, discordConfigOf, type DiscordSettings } from "./discord/config.ts";
import { GatewayKey } from "./identity/gateway-key.ts";
import { costOf, type Passwords } from "./identity/passwords.ts";
import type { LibraryObject } from "./library/library-object.ts";
import type { NoteObject } from "./note/note-object.ts";
import type { SpaceObject } from "./space/space-object.ts";

export interface Env extends DiscordSettings {
  readonly NOTE: DurableObjectNamespace<NoteObject>;
  readonly LIBRARY: DurableObjectNamespace<LibraryObject>;
  readonly SPACE: DurableObjectNamespace<SpaceObject>;
  readonly PLATFORM: D1Database;
  readonly ASSETS: Fetcher;
  readonly BLOBS?: R2Bucket | undefined;
  /** Draws card pictures instead of this Worker: a service whose entrypoint is CardPainter. */
  readonly PAINTER?: Service<CardPainter> | undefined;
  readonly EDGE_LIMIT?: RateLimit | undefined;
  /** Analytics Engine; without it the counters go to D1 alone. */
  readonly METRICS?: AnalyticsEngineDataset | undefined;
  /** Secrets: 32 bytes each, base64url. */
  readonly PLATFORM_SEED: string;
  readonly GATEWAY_SEED: string;
  readonly TOKEN_SEED: string;
  readonly CARD_SECRET: string;
  readonly PASSWORD_PEPPER: string;
  /** Former TOKEN_SEEDs, separated by commas: what they signed stays good until it expires. */
  readonly TOKEN_SEED_PREVIOUS?: string | undefined;
  /** log2 of scrypt's N (14), for tests, which hash many passwords. */
  readonly PASSWORD_COST?: string | undefined;
  /** Secret of the operators' calls, at least 32 characters; without it there are none. */
  readonly ADMIN_TOKEN?: string | undefined;
  /** "on": only operators are answered, for as long as a backup is brought back. */
  readonly MAINTENANCE?: string | undefined;
  /** Origins besides our own that may write, separated by commas. */
  readonly ALLOWED_ORIGINS?: string | undefined;
  /** Live sockets of one note that may write (300), and that only read (500), as decimal numbers. */
  readonly MAX_EDITORS?: string | undefined;
  readonly MAX_READERS?: string | undefined;
}

export interface Config {
  /** Certifies devices and the gateway. */
  readonly platform: Signer;
  readonly gateway: GatewayKey;
  readonly tokens: TokenKey;
  readonly cardSecret: Uint8Array;
  readonly passwords: Passwords;
  readonly adminToken: string | null;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly limits: RoomLimits;
  /** null: this server knows no Discord. */
  readonly discord: DiscordConfig | null;
}

const SECRET_BYTES = 32;
const MIN_ADMIN_TOKEN_LENGTH = 32;
const parsed = new WeakMap<Env, Config>();

export function configOf(env: Env): Config {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const platform = signerFromSeed(secretOf(env, "PLATFORM_SEED"));
  const config: Config = {
    platform,
    gateway: new GatewayKey(signerFromSeed(secretOf(env, "GATEWAY_SEED")), platform),
    tokens: new TokenKey(secretOf(env, "TOKEN_SEED"), formerSeedsOf(env)),
    cardSecret: secretOf(env, "CARD_SECRET"),
    passwords: { pepper: secretOf(env, "PASSWORD_PEPPER"), cost: costOf(env.PASSWORD_COST ?? "") },
    adminToken: adminTokenOf(env),
    allowedOrigins: new Set(
      (env.ALLOWED_ORIGINS ?? "")
        .split(",")
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ""),
    ),
    limits: {
      ...ROOM_LIMITS,
      editors: countOf(env, "MAX_EDITORS") ?? ROOM_LIMITS.editors,
      readers: countOf(env, "MAX_READERS") ?? ROOM_LIMITS.readers,
    },
    discord: discordConfigOf(env),
  };
  parsed.set(env, config);
  return config;
}

type SecretName = "PLATFORM_SEED" | "GATEWAY_SEED" | "TOKEN_SEED" | "CARD_SECRET" | "PASSWORD_PEPPER";

function secretOf(env: Env, name: SecretName): Uint8Array {
  return secretBytes(env[name], name);
}

function formerSeedsOf({ TOKEN_SEED_PREVIOUS: text = "" }: Env): readonly Uint8Array[] {
  if (text.trim() === "") return [];
  return text.split(",").map((seed) => secretBytes(seed.trim(), "TOKEN_SEED_PREVIOUS"));
}

function secretBytes(text: unknown, name: string): Uint8Array {
  const bytes = bytesOf(text);
  if (bytes?.length !== SECRET_BYTES) throw new Error(`the secret ${name} must be ${SECRET_BYTES} bytes in base64url`);
  return bytes;
}

function countOf(env: Env, name: "MAX_EDITORS" | "MAX_READERS"): number | null {
  const text = env[name] ?? "";
  if (text === "") return null;
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new Error(`the variable ${name} must be a number from 1 to 99999`);
  return Number(text);
}

function adminTokenOf({ ADMIN_TOKEN: token = "" }: Env): string | null {
  if (token === "") return null;
  if (token.length < MIN_ADMIN_TOKEN_LENGTH) throw new Error("the secret ADMIN_TOKEN is too short");
  return token;
}

function bytesOf(text: unknown): Uint8Array | null {
  if (typeof text !== "string") return null;
  try {
    return fromBase64Url(text);
  } catch {
    return null;
  }
}
