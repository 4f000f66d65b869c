// Checks signatures in a Worker, so that the thread that people type on is free. Made on first need, shared by all notes of the
// page, ended when unused. Until it is up, and wherever there can be none (opaque origins, policies, a Worker that fails or
// stays silent), the caller's thread checks. Invariant: every call is answered once, in the order of the calls.
import type { Op } from "@reed/log";
import { type Batch, type Faults, isAnswer, MAX_BATCH_OPS, verifyHere } from "./batch.ts";

/** What is used of a Worker. */
export interface VerifierThread {
  postMessage(message: Batch, transfer: Transferable[]): void;
  terminate(): void;
}

export interface ThreadEvents {
  readonly onMessage: (data: unknown) => void;
  readonly onError: () => void;
}

/** Starts a thread that says "ready" and then answers each batch. May throw where there is none to be had. */
export type StartThread = (events: ThreadEvents) => VerifierThread;

/** A batch takes some 20 ms. */
const ANSWER_WITHIN_MS = 5000;
const IDLE_AFTER_MS = 60_000;
/** After a failure the page checks for itself for so long. */
const REST_MS = 60_000;

interface Waiting {
  readonly ops: readonly Op[];
  readonly resolve: (faults: Faults | Promise<Faults>) => void;
}

export class WorkerVerifier {
  readonly #startThread: StartThread;
  #thread: VerifierThread | null = null;
  /** How many were started: what one says after its end is not heard. */
  #threads = 0;
  #isReady = false;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(startThread: StartThread) {
    this.#startThread = startThread;
  }

  /** Resolves after every call before it. */
  readonly verifyOps = async (ops: readonly Op[]): Promise<Faults> => {
    const before = this.#last;
    const found = this.#verify(ops);
    this.#last = found.catch(() => undefined);
    await before;
    return found;
  };

  async #verify(ops: readonly Op[]): Promise<Faults> {
    this.#start();
    if (this.#thread === null || !this.#isReady) return verifyHere(ops);
    const batches: Promise<Faults>[] = [];
    for (let from = 0; from < ops.length; from += MAX_BATCH_OPS)
      batches.push(this.#ask(this.#thread, ops.slice(from, from + MAX_BATCH_OPS)));
    return (await Promise.all(batches)).flat();
  }

  #start(): void {
    if (this.#thread !== null || performance.now() < this.#restUntilMs) return;
    const number = ++this.#threads;
    const isNow = (): boolean => number === this.#threads;
    try {
      this.#thread = this.#startThread({
        onMessage: (data) => isNow() && this.#hear(data),
        onError: () => isNow() && this.#fail(),
      });
      this.#watch();
    } catch {
      this.#fail();
    }
  }

  #ask(thread: VerifierThread, ops: readonly Op[]): Promise<Faults> {
    const id = this.#nextId++;
    const envelopes = ops.map(({ envelope }) => envelope.slice());
    return new Promise((resolve) => {
      this.#waiting.set(id, { ops, resolve });
      thread.postMessage(
        { id, envelopes },
        envelopes.map(({ buffer }) => buffer),
      );
      this.#watch();
    });
  }

  #hear(data: unknown): void {
    if (data === "ready") {
      this.#isReady = true;
      return;
    }
    const waiting = isAnswer(data) ? this.#waiting.get(data.id) : undefined;
    if (!isAnswer(data) || waiting === undefined || waiting.ops.length !== data.faults.length) return this.#fail();
    this.#waiting.delete(data.id);
    waiting.resolve(data.faults);
    this.#watch();
  }

  /** An answer is late after seconds; a thread that owes none is ended after a minute. */
  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer =
      this.#waiting.size > 0
        ? setTimeout(() => this.#fail(), ANSWER_WITHIN_MS)
        : setTimeout(() => this.#end(), IDLE_AFTER_MS);
  }

  #fail(): void {
    this.#restUntilMs = performance.now() + REST_MS;
    this.#end();
    const owed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { ops, resolve } of owed) resolve(verifyHere(ops));
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#thread?.terminate();
    this.#thread = null;
    this.#threads += 1;
    this.#isReady = false;
  }
}

/** The page's Worker. */
export const startWorker: StartThread = ({ onMessage, onError }) => {
  const worker = new Worker(new URL("./verifier.worker.ts", import.meta.url), {
    type: "module",
    name: "reed-verifier",
  });
  worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => onMessage(data));
  worker.addEventListener("messageerror", onError);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    onError();
  });
  return worker;
};
