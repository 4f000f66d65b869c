// How a call to Discord fails, told apart by whose turn it is: Discord has said no, or has said nothing that can be used.
import { ApiProblem } from "../http/problem.ts";

export type DiscordRefusalType =
  /** Discord understood and will not: the code, the token, the message or we are no good. */
  | "refused"
  /** No answer in time, none at all, one that says "later", or one that is not Discord's. */
  | "unreachable";

export interface RefusalFacts {
  /** Of HTTP; null where no answer came. */
  readonly status: number | null;
  /** Discord's own number for what is wrong, where it gave one. */
  readonly code: number | null;
  /** How long Discord wants to be left alone. */
  readonly retryAfterMs: number | null;
}

/** Says nothing of what was sent or received: no token, no code, no name. */
export class DiscordRefusal extends Error implements RefusalFacts {
  override readonly name = "DiscordRefusal";
  readonly type: DiscordRefusalType;
  readonly status: number | null;
  readonly code: number | null;
  readonly retryAfterMs: number | null;

  constructor(type: DiscordRefusalType, facts: Partial<RefusalFacts> = {}) {
    super(type);
    this.type = type;
    this.status = facts.status ?? null;
    this.code = facts.code ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}

const LONGEST_WAIT_S = 3600;

/** What the caller of our API is told; what is no DiscordRefusal is given back as it is. */
export function problemOfRefusal(error: unknown): unknown {
  if (!(error instanceof DiscordRefusal)) return error;
  if (error.type === "refused") return new ApiProblem("discord_refused");
  const { retryAfterMs } = error;
  if (retryAfterMs === null) return new ApiProblem("discord_unreachable");
  const waitS = Math.min(LONGEST_WAIT_S, Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return new ApiProblem("discord_unreachable", undefined, { "Retry-After": String(waitS) });
}
