// Asks Discord's client for things that it may not know, may not allow, or may never answer. Whatever happens the answer is a
// value, and what can't be had is not asked for again.

/** The client does not know the command, or the person has not allowed it: it will not be otherwise later. */
const OFF_CODES: ReadonlySet<unknown> = new Set([4002, 4006]);
const PATIENCE_MS = 5000;
/** For what a person answers. */
const PERSON_PATIENCE_MS = 120_000;

export type Asked<T> =
  | { readonly type: "done"; readonly value: T }
  /** `timeout`: it may yet happen. */
  | { readonly type: "failed" | "timeout" | "off" };

export class OptionalCommands {
  readonly #off = new Set<string>();

  /** `waitsForPerson`: Discord may show a dialog first, so silence means nothing for long and never turns the command off. */
  async ask<T>(name: string, run: () => Promise<T>, waitsForPerson = false): Promise<Asked<T>> {
    if (this.#off.has(name)) return { type: "off" };
    const asked = await settled(run, waitsForPerson ? PERSON_PATIENCE_MS : PATIENCE_MS);
    if (asked.type === "done") return asked;
    if (asked.type === "timeout") {
      if (!waitsForPerson) this.#off.add(name);
      return { type: "timeout" };
    }
    if (OFF_CODES.has(codeOf(asked.error))) this.#off.add(name);
    return { type: "failed" };
  }
}

type Settled<T> =
  | { readonly type: "done"; readonly value: T }
  | { readonly type: "timeout" }
  | { readonly type: "failed"; readonly error: unknown };

/** What became of it within `patienceMs`; what becomes of it later is nobody's concern. */
export function settled<T>(run: () => Promise<T>, patienceMs: number): Promise<Settled<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ type: "timeout" }), patienceMs);
    const end = (result: Settled<T>): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const begun = async (): Promise<T> => run();
    begun().then(
      (value) => end({ type: "done", value }),
      (error: unknown) => end({ type: "failed", error }),
    );
  });
}

/** Discord rejects with plain objects. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
