// The duty that keeps messages up to date, over a clock and a Discord of the test's own.
import { openNodeSql } from "@reed/testkit";
import { parsePrincipal, type Principal } from "@reed/log";
import { describe, expect, it } from "vitest";
import { Due, DUE_TABLE } from "../host/due.ts";
import { LIVING_CARDS_TABLE, type LivingCard, LivingCardTable, MAX_LIVING_CARDS } from "./living-card-table.ts";
import { type ChannelCard, HIDDEN, UNAVAILABLE } from "./living-card-view.ts";
import { type CardSender, LivingCards, type Sent } from "./living-cards.ts";

const MINUTE_MS = 60_000;
const CHANNEL = channel("1");

function channel(id: string): Principal {
  const principal = parsePrincipal(`channel:${id}`);
  if (principal === null) throw new Error("not a channel");
  return principal;
}

function shown(text: string, writers: readonly string[] = []): ChannelCard {
  const card = { state: "content", text, modifiedAtMs: 1, people: [], color: null, icon: null } as const;
  return { state: "shown", card, writers, mayTick: true };
}

const TITLE: ChannelCard = {
  state: "shown",
  card: { state: "title", title: "Tea", color: null, icon: null },
  writers: [],
  mayTick: false,
};

class World {
  nowMs = 1_790_000_000_000;
  readonly views = new Map<Principal, ChannelCard>([[CHANNEL, shown("Tea")]]);
  readonly sent: { readonly at: number; readonly messageId: string; readonly view: ChannelCard }[] = [];
  /** What the next sendings come to; then all are sent. */
  outcomes: Sent[] = [];
  readonly sql = openNodeSql(":memory:");
  readonly due: Due;
  readonly cards: LivingCards;
  readonly #startMs = this.nowMs;

  constructor() {
    this.sql.run(DUE_TABLE);
    this.sql.run(LIVING_CARDS_TABLE);
    this.due = new Due(this.sql, { getAlarm: () => Promise.resolve(null), setAlarm: () => Promise.resolve() });
    const sender: CardSender = {
      revisionOf: (view) => Promise.resolve(JSON.stringify(view)),
      send: (view, { messageId }) => {
        this.sent.push({ at: (this.nowMs - this.#startMs) / 1000, messageId, view });
        return Promise.resolve(this.outcomes.shift() ?? { type: "sent" });
      },
    };
    this.cards = new LivingCards({
      sql: this.sql,
      due: this.due,
      sender,
      view: (of) => Promise.resolve(this.views.get(of) ?? UNAVAILABLE),
      nowMs: () => this.nowMs,
    });
  }

  keep(messageId = "m1", more: Partial<LivingCard> = {}): void {
    this.cards.keep({
      messageId,
      channel: CHANNEL,
      origin: "https://reed.test",
      token: new Uint8Array([1, 2, 3]),
      revision: JSON.stringify(this.views.get(CHANNEL)),
      exposure: 2,
      editedMs: this.nowMs,
      nextMs: 0,
      untilMs: this.nowMs + 14 * MINUTE_MS,
      ...more,
    });
  }

  /** Somebody writes. */
  write(text: string, writers: readonly string[] = []): void {
    this.views.set(CHANNEL, shown(text, writers));
    this.cards.onAppend([], this.nowMs);
  }

  /** Lets time pass, ringing when something is due. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const atMs = this.due.at("cards");
      if (atMs === null || atMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      await this.due.run(this.nowMs, this.cards.duties);
    }
    this.nowMs = untilMs;
  }

  get times(): readonly number[] {
    return this.sent.map(({ at }) => at);
  }

  get rows(): number {
    return this.sql.run("SELECT 1 FROM living_cards").length;
  }
}

describe("a message that shows a note", () => {
  it("[D76] changes with it, at most once a minute", async () => {
    const world = new World();
    world.keep();
    for (let second = 0; second < 240; second += 5) {
      world.write(`Tea ${second}`);
      await world.pass(5000);
    }
    expect(world.times.length).toBeGreaterThanOrEqual(3);
    expect(world.times.length).toBeLessThanOrEqual(4);
    const gaps = world.times.map((at, index) => at - (world.times[index - 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
    await world.pass(2 * MINUTE_MS);
    expect(world.sent.at(-1)?.view).toEqual(shown("Tea 235"));
  });

  it("[D76] is left alone while it shows what it should", async () => {
    const world = new World();
    world.keep();
    for (let minute = 0; minute < 10; minute += 1) {
      world.write("Tea");
      await world.pass(MINUTE_MS);
    }
    expect(world.sent).toEqual([]);
  });

  it("[D76] says soon after that nobody is writing any more", async () => {
    const world = new World();
    world.keep();
    await world.pass(2 * MINUTE_MS);
    world.write("Tea for two", ["Ana"]);
    await world.pass(MINUTE_MS);
    expect(world.sent).toHaveLength(1);
    world.views.set(CHANNEL, shown("Tea for two"));
    await world.pass(3 * MINUTE_MS);
    expect(world.sent.map(({ view }) => view)).toEqual([shown("Tea for two", ["Ana"]), shown("Tea for two")]);
  });

  it("[D77] is changed no more when Discord takes its token no more, and the token is gone then", async () => {
    const world = new World();
    world.keep();
    await world.pass(14 * MINUTE_MS);
    expect(world.rows).toBe(0);
    expect(world.due.at("cards")).toBeNull();
    world.write("Tea for two");
    await world.pass(60 * MINUTE_MS);
    expect(world.sent).toEqual([]);
  });

  it("[D77] lives as much longer when it was renewed, with the new token", async () => {
    const world = new World();
    world.keep();
    await world.pass(10 * MINUTE_MS);
    world.keep("m1", { token: new Uint8Array([9]) });
    await world.pass(10 * MINUTE_MS);
    world.write("Tea for two");
    await world.pass(MINUTE_MS);
    expect(world.sent).toHaveLength(1);
    expect(new LivingCardTable(world.sql).list(world.nowMs)).toMatchObject([{ token: new Uint8Array([9]) }]);
  });

  it.each([
    ["the note is no longer the channel's", UNAVAILABLE],
    ["its preview shows nothing any more", HIDDEN],
    ["its preview shows the title only", TITLE],
  ])("[D78] shows less at once where %s", async (_, view) => {
    const world = new World();
    world.keep();
    await world.pass(1000);
    world.views.set(CHANNEL, view);
    world.cards.review(world.nowMs);
    await world.pass(1000);
    expect(world.sent).toMatchObject([{ at: 1, view }]);
  });

  it("[D78] shows more no sooner than any other change", async () => {
    const world = new World();
    world.views.set(CHANNEL, UNAVAILABLE);
    world.keep("m1", { exposure: 0 });
    world.views.set(CHANNEL, shown("Tea"));
    world.cards.review(world.nowMs);
    await world.pass(5 * MINUTE_MS);
    expect(world.times).toEqual([60]);
  });

  it("[D78] says no more than that the note is not there when it goes for good", async () => {
    const world = new World();
    world.keep("m1");
    world.keep("m2");
    await world.cards.farewell(world.nowMs);
    expect(world.sent.map(({ messageId, view }) => [messageId, view])).toEqual([
      ["m1", UNAVAILABLE],
      ["m2", UNAVAILABLE],
    ]);
  });

  it("[D79] waits as long as Discord says, even where it shows too much", async () => {
    const world = new World();
    world.keep();
    world.outcomes = [{ type: "later", afterMs: 30_000 }];
    world.views.set(CHANNEL, UNAVAILABLE);
    world.cards.review(world.nowMs);
    await world.pass(10_000);
    world.cards.review(world.nowMs);
    await world.pass(5 * MINUTE_MS);
    expect(world.times).toEqual([0, 30]);
  });

  it("[D79] is given up where Discord wants no more of it", async () => {
    const world = new World();
    world.keep("m1");
    world.keep("m2");
    world.outcomes = [{ type: "over" }];
    await world.pass(MINUTE_MS);
    world.write("Tea for two");
    await world.pass(MINUTE_MS);
    world.write("Tea for three");
    await world.pass(5 * MINUTE_MS);
    expect(world.sent.map(({ messageId }) => messageId)).toEqual(["m1", "m2", "m2"]);
  });

  it("[D79] is not lost to a failure beside Discord", async () => {
    const world = new World();
    world.keep();
    await world.pass(MINUTE_MS);
    const broken = new LivingCards({
      sql: world.sql,
      due: world.due,
      sender: { revisionOf: () => Promise.reject(new Error("broken")), send: () => Promise.resolve({ type: "sent" }) },
      view: () => Promise.resolve(shown("x")),
      nowMs: () => world.nowMs,
    });
    world.write("Tea for two");
    await world.due.run((world.nowMs += 5000), broken.duties);
    expect(world.due.at("cards")).not.toBeNull();
    await world.pass(MINUTE_MS);
    expect(world.sent).toHaveLength(1);
  });
});

describe("the messages of one note", () => {
  it("[D77] are twenty at most: the oldest stops living", async () => {
    const world = new World();
    for (let count = 0; count < MAX_LIVING_CARDS + 5; count += 1) {
      world.keep(`m${count}`);
      await world.pass(10);
    }
    const kept = new LivingCardTable(world.sql).list(world.nowMs).map(({ messageId }) => messageId);
    expect(kept).toHaveLength(MAX_LIVING_CARDS);
    expect(kept).not.toContain("m4");
    expect(kept).toContain("m24");
  });

  it("[D78] show each channel what that channel may see", async () => {
    const world = new World();
    world.keep("m1");
    world.keep("m2", { channel: channel("2") });
    world.views.set(channel("2"), shown("Tea"));
    world.views.delete(CHANNEL);
    world.cards.review(world.nowMs);
    await world.pass(1000);
    expect(world.sent).toMatchObject([{ messageId: "m1", view: UNAVAILABLE }]);
  });

  it("cost nothing where there are none", () => {
    const world = new World();
    world.write("Tea");
    world.cards.review(world.nowMs);
    expect(world.due.at("cards")).toBeNull();
  });

  it("live on in an object that was evicted", async () => {
    const world = new World();
    world.keep();
    await world.pass(MINUTE_MS);
    const again = new LivingCards({
      sql: world.sql,
      due: world.due,
      sender: null,
      view: () => Promise.resolve(UNAVAILABLE),
      nowMs: () => world.nowMs,
    });
    again.onAppend([], world.nowMs);
    expect(world.due.at("cards")).toBeLessThanOrEqual(world.nowMs + MINUTE_MS);
  });
});
