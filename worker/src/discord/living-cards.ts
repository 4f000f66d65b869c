// Keeps the messages that show a note up to date, from within the note's object: at most once a minute each while the note is written,
// and at once where the channel may see less than before. A message lives for as long as Discord takes its token.
import type { LogRow, Principal } from "@reed/log";
import type { Sql } from "@reed/room";
import type { Due, Duties } from "../host/due.ts";
import { type LivingCard, LivingCardTable } from "./living-card-table.ts";
import { type ChannelCard, exposureOf, UNAVAILABLE } from "./living-card-view.ts";
import { isMoreThanText, WRITING_US } from "./writers.ts";

/** What became of a change. */
export type Sent =
  | { readonly type: "sent" }
  /** There is no such message any more, or Discord takes nothing more for it. */
  | { readonly type: "over" }
  | { readonly type: "later"; readonly afterMs: number };

/** Draws and sends; in the object's world, so that tests can bring their own. */
export interface CardSender {
  /** Of what a message would show. */
  revisionOf(view: ChannelCard, card: Pick<LivingCard, "origin">): Promise<string>;
  send(view: ChannelCard, card: LivingCard): Promise<Sent>;
}

export interface LivingCardsOptions {
  readonly sql: Sql;
  readonly due: Due;
  /** null where this server knows no Discord. */
  readonly sender: CardSender | null;
  /** What a channel may see now. */
  view(channel: Principal): Promise<ChannelCard>;
  nowMs(): number;
}

/** Discord counts edits, and nobody reads faster. */
const EDIT_EVERY_MS = 60_000;
/** After a change, for more of it. */
const SETTLE_MS = 3000;

export class LivingCards {
  readonly duties: Duties;
  readonly #options: LivingCardsOptions;
  readonly #table: LivingCardTable;
  #isEmpty: boolean;
  /** When the first of them may be changed again. */
  #freeMs = 0;

  /** The table must be there. */
  constructor(options: LivingCardsOptions) {
    this.#options = options;
    this.#table = new LivingCardTable(options.sql);
    this.#isEmpty = this.#table.isEmpty;
    this.duties = { cards: (nowMs) => this.#run(nowMs) };
  }

  /** A message shows the note from now on, or again. */
  keep(card: LivingCard): void {
    this.#table.put(card);
    this.#isEmpty = false;
    this.#freeMs = Math.min(this.#freeMs, card.editedMs + EDIT_EVERY_MS);
    // The note may have changed while the message was made.
    this.#options.due.set("cards", Math.min(card.untilMs, card.editedMs + EDIT_EVERY_MS));
  }

  /** Rows were appended and are part of the current commit. */
  onAppend(rows: readonly LogRow[], nowMs: number): void {
    if (this.#isEmpty) return;
    this.#options.due.set("cards", isMoreThanText(rows) ? nowMs : Math.max(nowMs + SETTLE_MS, this.#freeMs));
  }

  /** Who may see the note has changed, and not by the log. */
  review(nowMs: number): void {
    if (!this.#isEmpty) this.#options.due.set("cards", nowMs);
  }

  /** The note goes for good: its messages say no more than that. Begins at once; what does not get through is given up. */
  async farewell(nowMs: number): Promise<void> {
    const { sender } = this.#options;
    const cards = this.#isEmpty ? [] : this.#table.list(nowMs);
    if (sender !== null) await Promise.allSettled(cards.map((card) => sender.send(UNAVAILABLE, card)));
  }

  async #run(nowMs: number): Promise<number | null> {
    const { sender, view } = this.#options;
    const cards = this.#table.list(nowMs);
    this.#isEmpty = cards.length === 0;
    if (sender === null || cards.length === 0) return null;
    const views = new Map<Principal, Promise<ChannelCard>>();
    const viewOf = (channel: Principal): Promise<ChannelCard> => {
      const found = views.get(channel) ?? view(channel);
      views.set(channel, found);
      return found;
    };
    const times = await Promise.all(cards.map(async (card) => this.#tend(card, await viewOf(card.channel), sender)));
    const left = this.#table.list(nowMs);
    this.#isEmpty = left.length === 0;
    this.#freeMs = Math.min(...left.map(({ editedMs }) => editedMs + EDIT_EVERY_MS));
    return Math.min(...times);
  }

  /** When to look at it again. */
  async #tend(card: LivingCard, view: ChannelCard, sender: CardSender): Promise<number> {
    const { nowMs } = this.#options;
    const revision = await sender.revisionOf(view, card);
    const isWritten = view.state === "shown" && view.writers.length > 0;
    const quietMs = isWritten ? Math.min(card.untilMs, nowMs() + WRITING_US / 1000) : card.untilMs;
    if (revision === card.revision) return quietMs;
    const exposure = exposureOf(view);
    // What may be seen no longer does not wait; only Discord's own "later" does.
    const earliestMs = exposure < card.exposure ? card.nextMs : Math.max(card.nextMs, card.editedMs + EDIT_EVERY_MS);
    if (nowMs() < earliestMs) return Math.min(card.untilMs, earliestMs);
    const sent = await sender.send(view, card);
    switch (sent.type) {
      case "sent":
        this.#table.update(card, { revision, exposure, editedMs: nowMs() });
        return quietMs;
      case "over":
        this.#table.remove(card);
        return card.untilMs;
      case "later": {
        const nextMs = nowMs() + sent.afterMs;
        this.#table.update(card, { nextMs });
        return Math.min(card.untilMs, nextMs);
      }
    }
  }
}
