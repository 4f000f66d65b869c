// Planted bugs. The world must find every one, or it is blind there.
import type { Mutant } from "./mutant.ts";
import { REPLICA_MUTANTS } from "./mutants-replica.ts";
import { SERVER_MUTANTS } from "./mutants-server.ts";
import { SNAPSHOT_MUTANTS } from "./mutants-snapshot.ts";

/** These show themselves too seldom for every test run: plant them by name in a long run. */
const RARE: ReadonlySet<string> = new Set([
  "acked-and-lost",
  "checkpoint-ahead-of-itself",
  "compared-while-giving-up",
  "head-missed-while-reading",
  "later-op-said-again",
  "resend-timer-lost",
]);

export const ALL_MUTANTS: readonly Mutant[] = [...SERVER_MUTANTS, ...REPLICA_MUTANTS, ...SNAPSHOT_MUTANTS];
export const MUTANTS: readonly Mutant[] = ALL_MUTANTS.filter(({ name }) => !RARE.has(name));
