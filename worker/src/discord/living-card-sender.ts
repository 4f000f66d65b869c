// Turns what a channel may see of a note into a message with its picture and hands it to Discord: for the endpoint, which makes and
// renews messages, and for the note's object, which keeps them up to date. Seals the tokens by which that is done: what rests in an
// object goes into backups, and operators can look at it.
import { createHmac } from "node:crypto";
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import type { NoteId, Principal } from "@reed/log";
import { noticePicture } from "../card/picture.ts";
import { revisionOf, tagOf } from "../card/revision.ts";
import { wholePicture } from "../card-pictures.ts";
import { type Config, configOf, type Env } from "../env.ts";
import { DiscordApi } from "./api.ts";
import type { DiscordConfig } from "./config.ts";
import { type DraftedCard, draftCard } from "./living-card-message.ts";
import type { LivingCard } from "./living-card-table.ts";
import { type ChannelCard, exposureOf } from "./living-card-view.ts";
import type { CardSender, Sent } from "./living-cards.ts";
import { DiscordRefusal } from "./refusal.ts";
import { showInMessage, TOKEN_MS } from "./webhooks.ts";

/** A message that was announced, or has a button that was pressed. */
export interface Announced {
  readonly channel: Principal;
  readonly origin: string;
  /** Of the interaction. */
  readonly token: string;
  /** When that came. */
  readonly beganMs: number;
}

/** What Discord is left alone for where it does not say how long. */
const LATER_MS = 60_000;
const IV_BYTES = 12;

export class LivingCardSender implements CardSender {
  readonly #env: Env;
  readonly #noteId: NoteId;
  readonly #config: Config;
  readonly #discord: DiscordConfig;
  readonly #api: DiscordApi;

  constructor(env: Env, noteId: NoteId, discord: DiscordConfig) {
    this.#env = env;
    this.#noteId = noteId;
    this.#config = configOf(env);
    this.#discord = discord;
    this.#api = new DiscordApi(discord);
  }

  /** Shows the note in a message that nobody follows yet, as it is to be kept. Throws a DiscordRefusal. */
  async show(view: ChannelCard, { channel, origin, token, beganMs }: Announced): Promise<LivingCard> {
    const drafted = this.#draft(view, origin);
    const messageId = await this.#deliver(drafted, token);
    return {
      messageId,
      channel,
      origin,
      token: await this.#seal(token),
      revision: await revisionOfDraft(drafted),
      exposure: exposureOf(view),
      editedMs: Date.now(),
      nextMs: 0,
      untilMs: beganMs + TOKEN_MS,
    };
  }

  async revisionOf(view: ChannelCard, { origin }: Pick<LivingCard, "origin">): Promise<string> {
    return revisionOfDraft(this.#draft(view, origin));
  }

  async send(view: ChannelCard, card: LivingCard): Promise<Sent> {
    try {
      const token = await this.#open(card.token);
      if (token === null) return { type: "over" };
      await this.#deliver(this.#draft(view, card.origin), token);
      return { type: "sent" };
    } catch (error) {
      if (!(error instanceof DiscordRefusal)) throw error;
      // What Discord has refused it refuses again; "later" and silence pass.
      return error.type === "refused" ? { type: "over" } : { type: "later", afterMs: error.retryAfterMs ?? LATER_MS };
    }
  }

  #draft(view: ChannelCard, origin: string): DraftedCard {
    return draftCard(view, this.#noteId, origin);
  }

  async #deliver({ message, picture }: DraftedCard, token: string): Promise<string> {
    const bytes = typeof picture === "string" ? noticePicture(picture) : await this.#drawn(picture);
    const hook = { applicationId: this.#discord.applicationId, token };
    return showInMessage(this.#api, hook, message, bytes);
  }

  #drawn(picture: Exclude<DraftedCard["picture"], string>): Promise<Uint8Array> {
    return wholePicture(this.#env, this.#noteId, picture);
  }

  async #seal(token: string): Promise<Uint8Array> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.#key("encrypt"), encodeUtf8(token));
    return new Uint8Array([...iv, ...new Uint8Array(sealed)]);
  }

  /** null for what another secret has sealed. */
  async #open(sealed: Uint8Array): Promise<string | null> {
    const [iv, box] = [sealed.slice(0, IV_BYTES), sealed.slice(IV_BYTES)];
    const key = await this.#key("decrypt");
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box).catch(() => null);
    return bytes === null ? null : decodeUtf8(new Uint8Array(bytes));
  }

  /** Of this note alone. */
  #key(use: "encrypt" | "decrypt"): Promise<CryptoKey> {
    const key = createHmac("sha256", this.#config.cardSecret).update(`reed/living-card\0${this.#noteId}`).digest();
    return crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, [use]);
  }
}

async function revisionOfDraft({ message, picture }: DraftedCard): Promise<string> {
  const shown = typeof picture === "string" ? picture : await revisionOf(picture);
  return tagOf(JSON.stringify([message, shown]));
}
