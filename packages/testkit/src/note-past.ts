// What an owner does with a note's past, in some worlds: versions are kept and brought back, and all of it is to be kept for good.
import type { Attribution, Principal } from "@reed/log";
import type { WriteResult } from "@reed/room";
import type { Host } from "./host.ts";
import type { LogOracle } from "./log-oracle.ts";
import type { Marks } from "./marks.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import { ServerText } from "./server-text.ts";
import type { Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";

/** Of all worlds. */
const SHARE = 0.1;

export interface PastOptions {
  readonly host: Host;
  readonly oracle: LogOracle;
  readonly marks: Marks;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
  readonly owner: Principal;
  /** Between two deeds, at most. */
  readonly pauseUs: number;
  /** Nobody does anything any more. */
  readonly isOver: () => boolean;
}

export class NotePast {
  readonly #options: PastOptions;
  readonly #attribution: Attribution;
  #versions: string[] = [];

  constructor(options: PastOptions) {
    this.#options = options;
    this.#attribution = { by: options.owner, via: "api", session: null };
  }

  start(): void {
    if (this.#options.random.chance(SHARE)) this.#later();
  }

  /** The text was begun anew: what was kept of it before is gone with it. */
  part(): void {
    this.#versions = [];
  }

  #later(): void {
    const { scheduler, random, pauseUs, isOver } = this.#options;
    scheduler.after(random.between(0, pauseUs), () => {
      if (isOver()) return;
      this.#act();
      this.#later();
    });
  }

  #act(): void {
    const { host, oracle, random } = this.#options;
    if (host.speaks === 1 || host.room?.ledger?.isFounded !== true) return;
    const deed = random.pick(["keep", "keep", "bring back", "bring back", "comply", "scrub"]);
    if (deed === "keep") this.#versions.push(this.#now.text);
    if (deed === "bring back" && this.#versions.length > 0) this.#bringBack(random.pick(this.#versions));
    if (deed === "comply") this.#comply(random.chance(0.7));
    // The oracle sees to it that nothing comes of it.
    if (deed === "scrub" && oracle.isCompliant) host.scrub(this.#attribution, () => this.part());
  }

  #bringBack(version: string): void {
    const { host, marks, random, tally } = this.#options;
    const client = random.below(2 ** 32);
    const towards = (): readonly Uint8Array[] => {
      const now = this.#now;
      marks.changed(now.text, version);
      return now.towards(version, client);
    };
    host.call(
      (room) => room.writeTexts(towards, this.#attribution),
      (result) => {
        if (!this.#isTaken(result)) return;
        tally.versionsRestored += 1;
        const { text } = this.#at(result.seq);
        assertThat(text === version, "a version that was brought back reads as it did", () => `${text} for ${version}`);
      },
    );
  }

  #comply(isOn: boolean): void {
    const { host, tally } = this.#options;
    host.call(
      (room) => room.control([], { type: "compliance", isOn }, this.#attribution),
      (result) => {
        if (this.#isTaken(result)) tally.compliances += 1;
      },
    );
  }

  get #now(): ServerText {
    return this.#at(this.#options.host.disk.allRows().length);
  }

  #at(seq: number): ServerText {
    const text = new ServerText();
    text.follow(this.#options.host.disk.allRows().slice(0, seq));
    return text;
  }

  /** An owner is refused nothing but what no op holds. */
  #isTaken(result: WriteResult | null): result is WriteResult & { readonly ok: true } {
    if (result === null) return false;
    const isExcused = result.ok || result.code === "op_body_size";
    assertThat(isExcused, "an owner may do what they like with the past", () => JSON.stringify(result));
    return result.ok;
  }
}
