// What a measurement is: rows of numbers, one column for each contestant, and the promises that they are held to.
import type { ServerName } from "./servers.ts";

/** Who may stand in a column. `yjs`: the library alone, where the part has no server. */
export type Contestant = ServerName | "yjs";

export interface Pledge {
  /** What Reed's number is divided by: a contestant's in the same row, the best of all peers', or one (Reed's own number). */
  readonly over: Contestant | "best peer" | "one";
  /** The row of that contestant, where it is another. */
  readonly row?: string | undefined;
  readonly limit: number;
}

export interface RowSpec {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "more" | "less";
  readonly promises?: readonly Pledge[] | undefined;
}

export interface PartContext {
  readonly isQuick: boolean;
  /** Whom to measure. */
  readonly servers: readonly ServerName[];
  /** From 0. */
  readonly run: number;
  /** Adds one measured number. */
  record(key: string, contestant: Contestant, value: number): void;
  /** What was recorded for a row so far. */
  recorded(key: string, contestant: Contestant): readonly number[];
  /** A wrong answer or a broken server: the bench fails, and the number is not recorded. */
  fail(what: string): void;
  say(line: string): void;
}

export interface Part {
  readonly letter: string;
  readonly title: string;
  readonly rows: readonly RowSpec[];
  /** Measures everything once. */
  run(context: PartContext): Promise<void>;
}

/** Those that hold a note for people, without the limit of what is possible. */
export const PEERS: readonly Contestant[] = ["y-partyserver", "y-websocket", "hocuspocus"];
export const SERVERS: readonly ServerName[] = ["reed", "relay", "y-partyserver", "y-websocket", "hocuspocus"];

/** Runs `work` and turns what it throws into a failure of the bench. */
export async function attempt(context: PartContext, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    context.fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
