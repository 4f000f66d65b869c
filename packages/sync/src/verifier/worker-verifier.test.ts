import { sha256, signerFromSeed } from "@reed/crypto";
import { decodeOp, type Op, type OpFields, prepareOp, sealEnvelope } from "@reed/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, answerTo, type Batch, isAnswer, isBatch, MAX_BATCH_OPS } from "./batch.ts";
import { type StartThread, type ThreadEvents, WorkerVerifier } from "./worker-verifier.ts";

const KEY = signerFromSeed(new Uint8Array(32).fill(7));

async function signed(ctr: number, isTampered = false): Promise<Op> {
  const zeros = new Uint8Array(32);
  const fields: OpFields = {
    type: "data",
    docId: zeros.fill(1),
    author: KEY.publicKey,
    ctr,
    wallTimeUs: 1,
    prev: zeros,
    acl: zeros,
    seenSeq: 0,
    seenChain: zeros,
    body: Uint8Array.of(1, 2, 3),
  };
  const unsigned = prepareOp(fields, sha256);
  const signature = await KEY.sign(unsigned.message);
  if (isTampered) signature[40] = (signature[40] ?? 0) ^ 1;
  return decodeOp(sealEnvelope(unsigned, signature), sha256);
}

/** A thread that answers when it is told to. */
class Thread {
  readonly batches: Batch[] = [];
  readonly transferred: Transferable[] = [];
  isEnded = false;
  readonly #events: ThreadEvents;

  constructor(events: ThreadEvents) {
    this.#events = events;
  }

  postMessage(batch: Batch, transfer: Transferable[]): void {
    this.transferred.push(...transfer);
    this.batches.push(structuredClone(batch, { transfer }));
  }

  terminate(): void {
    this.isEnded = true;
  }

  ready(): void {
    this.#events.onMessage("ready");
  }

  say(data: unknown): void {
    this.#events.onMessage(data);
  }

  err(): void {
    this.#events.onError();
  }

  async answer(): Promise<void> {
    for (const batch of this.batches.splice(0)) this.say(await answerTo(batch));
  }
}

function bench(): { readonly verifier: WorkerVerifier; readonly threads: Thread[] } {
  const threads: Thread[] = [];
  const start: StartThread = (events) => {
    const thread = new Thread(events);
    threads.push(thread);
    return thread;
  };
  return { verifier: new WorkerVerifier(start), threads };
}

/** A verifier whose thread is up. */
async function readyBench(): Promise<{
  readonly verifier: WorkerVerifier;
  readonly threads: Thread[];
  readonly thread: Thread;
}> {
  const made = bench();
  await made.verifier.verifyOps([]);
  const [thread] = made.threads;
  if (thread === undefined) throw new Error("no thread was started");
  thread.ready();
  return { ...made, thread };
}

let good: Op;
let bad: Op;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  good = await signed(1);
  bad = await signed(2, true);
});
afterEach(() => void vi.useRealTimers());

describe("signatures checked in a thread of their own", () => {
  it("starts one thread at the first need, and checks here until it is up", async () => {
    const { verifier, threads } = bench();
    expect(threads).toHaveLength(0);
    expect(await verifier.verifyOps([good, bad])).toEqual([null, "signature"]);
    expect(await verifier.verifyOps([bad])).toEqual(["signature"]);
    expect(threads.map(({ batches }) => batches.length)).toEqual([0]);
  });

  it("asks about 64 ops at a time, gives copies away, and puts the verdicts together in order", async () => {
    const { verifier, thread } = await readyBench();
    const ops = Array.from({ length: 2 * MAX_BATCH_OPS + 3 }, (_, index) => (index % 50 === 49 ? bad : good));
    const found = verifier.verifyOps(ops);
    await vi.waitFor(() => expect(thread.batches).toHaveLength(3));
    expect(thread.batches.map(({ envelopes }) => envelopes.length)).toEqual([64, 64, 3]);
    expect(thread.transferred).toHaveLength(ops.length);
    expect(good.envelope.length).toBeGreaterThan(0);
    for (const batch of thread.batches.splice(0).toReversed()) thread.say(await answerTo(batch));
    expect(await found).toEqual(ops.map((op) => (op === bad ? "signature" : null)));
  });

  it("answers calls in their order, whatever order the thread answers in", async () => {
    const { verifier, thread } = await readyBench();
    const order: string[] = [];
    const first = verifier.verifyOps([good]).then((faults) => order.push(`first ${String(faults[0])}`));
    const second = verifier.verifyOps([bad]).then((faults) => order.push(`second ${String(faults[0])}`));
    await vi.waitFor(() => expect(thread.batches).toHaveLength(2));
    const answers: Answer[] = [];
    for (const batch of thread.batches.splice(0)) answers.push(await answerTo(batch));
    for (const answer of answers.toReversed()) thread.say(answer);
    await Promise.all([first, second]);
    expect(order).toEqual(["first null", "second signature"]);
  });

  it("checks here for good where no thread can be started, trying again only after a minute", async () => {
    let tries = 0;
    const verifier = new WorkerVerifier(() => {
      tries += 1;
      throw new Error("an opaque origin");
    });
    expect(await verifier.verifyOps([bad])).toEqual(["signature"]);
    expect(await verifier.verifyOps([good])).toEqual([null]);
    expect(tries).toBe(1);
    vi.advanceTimersByTime(60_001);
    expect(await verifier.verifyOps([good])).toEqual([null]);
    expect(tries).toBe(2);
  });

  it.each<[string, (thread: Thread) => void]>([
    ["fails", (thread) => thread.err()],
    ["says nothing for seconds", () => vi.advanceTimersByTime(5001)],
    ["answers with too few verdicts", (thread) => thread.say({ id: thread.batches[0]?.id, faults: [null] })],
    ["answers with what is no verdict", (thread) => thread.say({ id: thread.batches[0]?.id, faults: [null, "fine"] })],
    ["answers what nobody asked", (thread) => thread.say({ id: 99, faults: [null, null] })],
    ["says anything else", (thread) => thread.say("yes")],
  ])("checks here what a thread owes that %s", async (_what, goWrong) => {
    const { verifier, threads, thread } = await readyBench();
    const found = verifier.verifyOps([good, bad]);
    await vi.waitFor(() => expect(thread.batches).toHaveLength(1));
    goWrong(thread);
    expect(await found).toEqual([null, "signature"]);
    expect(thread.isEnded).toBe(true);
    // What it says now is not heard.
    thread.say({ id: 2, faults: [null] });
    expect(await verifier.verifyOps([bad])).toEqual(["signature"]);
    expect(threads).toHaveLength(1);
  });

  it("ends a thread that was not needed for a minute, and starts another when there is need", async () => {
    const { verifier, threads, thread } = await readyBench();
    vi.advanceTimersByTime(59_000);
    const found = verifier.verifyOps([good]);
    await vi.waitFor(() => expect(thread.batches).toHaveLength(1));
    await thread.answer();
    expect(await found).toEqual([null]);
    vi.advanceTimersByTime(59_000);
    expect(thread.isEnded).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(thread.isEnded).toBe(true);
    await verifier.verifyOps([good]);
    expect(threads).toHaveLength(2);
  });

  it.each<unknown>([
    null,
    1,
    "ready",
    {},
    { id: 1 },
    { id: "1", envelopes: [], faults: [] },
    { id: 1, envelopes: [1], faults: [1] },
  ])("takes %j for neither a batch nor an answer", (data) => {
    expect([isBatch(data), isAnswer(data)]).toEqual([false, false]);
  });
});
