// The replica's connection: whether there is a socket, when to try the next one, and what the last one's end meant.
import { CLOSE_CODES, type CloseReason } from "@reed/protocol";
import { backoffUs } from "./backoff.ts";

/** away: waiting for the next try. trying: on the way to a welcome. live: welcomed. */
export type LinkState = "away" | "trying" | "live";

/** A socket that was too much for the server sooner than this would be so again. */
const CALM_US = 30_000_000;

export class Link {
  state: LinkState = "away";
  /** Nothing more is tried until somebody asks for it. */
  isStopped = false;
  #failures = 0;
  #welcomedAtUs = 0;
  #retryAtUs: number | null = null;

  /** As people are told: nothing has failed before the first try. */
  get shown(): LinkState {
    return this.state === "away" && this.#failures === 0 && !this.isStopped ? "trying" : this.state;
  }

  get retryAtUs(): number | null {
    return this.isStopped ? null : this.#retryAtUs;
  }

  trying(): void {
    this.state = "trying";
    this.#retryAtUs = null;
  }

  welcomed(nowUs: number): void {
    this.state = "live";
    this.#welcomedAtUs = nowUs;
  }

  /** A try failed, or a live socket ended: the next try comes after a wait, unless the reason says to stop. */
  ended(reason: CloseReason | null, chance: number, nowUs: number): void {
    const wasCalm = reason !== "overloaded" || nowUs - this.#welcomedAtUs >= CALM_US;
    this.#failures = this.state === "live" && wasCalm ? 1 : this.#failures + 1;
    this.state = "away";
    if (reason !== null && CLOSE_CODES[reason].next === "stop") this.isStopped = true;
    this.#retryAtUs = nowUs + backoffUs(this.#failures, chance);
  }

  /** The clock was changed by so much. */
  shift(byUs: number): void {
    this.#welcomedAtUs += byUs;
    if (this.#retryAtUs !== null) this.#retryAtUs += byUs;
  }

  /** The next try comes then and not before. */
  waitUntil(atUs: number): void {
    this.#retryAtUs = atUs;
  }

  /** Something else must be had before the next try. */
  pause(): void {
    this.state = "trying";
    this.#retryAtUs = null;
  }

  /** It was had: go at once. */
  resume(): void {
    this.state = "away";
    this.isStopped = false;
    this.#retryAtUs = 0;
  }

  /** Go at once, and start counting failures anew. */
  hurry(): void {
    this.isStopped = false;
    this.#failures = 0;
    this.#retryAtUs = 0;
  }
}
