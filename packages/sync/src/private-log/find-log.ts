// Which log is the user's, asked until there is an answer: a device that never asked has nothing to open.
import { backoffUs } from "../engine/backoff.ts";
import type { LeaderPorts } from "../note-leader.ts";
import { RefusedError } from "../server.ts";
import type { FoundLog } from "./private-log-server.ts";

/** The log; the code of a refusal that stays; null where `signal` was given first. */
export async function findLog(
  entrance: { find(): Promise<FoundLog> },
  onNetwork: LeaderPorts["onNetwork"],
  signal: AbortSignal,
): Promise<FoundLog | string | null> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await entrance.find();
    } catch (error) {
      if (error instanceof RefusedError && error.isFinal) return error.code;
    }
    await pause(backoffUs(failures, Math.random()) / 1000, onNetwork, signal);
  }
  return null;
}

/** Waits so long, or until the network is back, or until `signal`. */
async function pause(delayMs: number, onNetwork: LeaderPorts["onNetwork"], signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  const unsubscribe = onNetwork((isUp) => {
    if (isUp) resolve();
  });
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  unsubscribe();
}
