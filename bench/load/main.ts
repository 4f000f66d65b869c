// One load generator: opens the sockets, sends, counts what comes and when, and checks it. Started by run.ts with a JobOrder.
import process from "node:process";
import type { Driver, OpenNote } from "../lib/driver.ts";
import { reedDriver } from "../lib/reed-driver.ts";
import { Latencies } from "../lib/stats.ts";
import { planPushing, planTyping, textOf, type Typist } from "../lib/typing.ts";
import { yDriver } from "../lib/y-client.ts";
import type { Job, JobOrder, JobResult, Spread } from "./job.ts";

const WINDOW = 64;
/** Edits are pushed by so many, for a server may limit what one person sends. */
const PUSHERS = 8;
const SETTLE_WITHIN_MS = 20_000;
const FIRST_CLIENT = 1000;

const order = JSON.parse(process.argv[2] ?? "") as JobOrder;
const driver: Driver =
  order.server === "reed" ? reedDriver : order.server === "replay" ? yDriver("relay") : yDriver(order.server);

/** Who has which keys, and how long they took. */
class Watch {
  fault: string | null = null;
  readonly peer = new Latencies();
  readonly ack = new Latencies();
  readonly key = new Latencies();
  /** Edits of each typist that all receivers have. */
  readonly #next: Uint32Array[];
  readonly #typists: readonly Typist[];
  readonly #editAt: readonly Uint32Array[];
  readonly sentAtMs: readonly Float64Array[];
  readonly acked: Uint32Array;
  ackedEdits = 0;
  readonly #received: Uint32Array;
  startMs = 0;
  /** Latencies count for edits pressed from here on. */
  fromMs = 0;
  onDone: (() => void) | null = null;

  constructor(typists: readonly Typist[], receivers: number) {
    this.#typists = typists;
    this.#next = Array.from({ length: receivers }, () => new Uint32Array(typists.length));
    this.sentAtMs = typists.map(({ edits }) => new Float64Array(edits.length));
    this.acked = new Uint32Array(typists.length);
    this.#received = new Uint32Array(receivers);
    this.#editAt = typists.map(({ edits, keys }) => {
      const at = new Uint32Array(keys);
      for (const [index, { from, to }] of edits.entries()) at.fill(index, from, to);
      return at;
    });
  }

  keys(receiver: number, client: number, from: number, to: number): void {
    const typist = client - FIRST_CLIENT;
    const next = this.#next[receiver];
    const sent = this.sentAtMs[typist];
    const plan = this.#typists[typist];
    if (next === undefined || sent === undefined || plan === undefined)
      return this.fail(`keys of a stranger: ${client}`);
    if (next[typist] !== from)
      return this.fail(`receiver ${receiver} has ${next[typist]} keys of a typist and was sent ${from}`);
    next[typist] = to;
    this.#received[receiver] = (this.#received[receiver] ?? 0) + to - from;
    const now = performance.now();
    const editAt = this.#editAt[typist];
    for (let edit = editAt?.[from] ?? 0, last = editAt?.[to - 1] ?? 0; edit <= last; edit += 1) {
      const pressedMs = plan.edits[edit]?.pressedMs ?? 0;
      if (pressedMs < this.fromMs) continue;
      this.peer.add(now - (sent[edit] ?? 0));
      this.key.add(now - this.startMs - pressedMs);
    }
    this.onDone?.();
  }

  acks(typist: number, edit: number): void {
    const now = performance.now();
    this.acked[typist] = (this.acked[typist] ?? 0) + 1;
    this.ackedEdits += 1;
    if ((this.#typists[typist]?.edits[edit]?.pressedMs ?? 0) >= this.fromMs)
      this.ack.add(now - (this.sentAtMs[typist]?.[edit] ?? 0));
    this.onDone?.();
  }

  fail(what: string): void {
    this.fault ??= what;
  }

  /** The slowest receiver's count of keys. */
  slowest(): number {
    let slowest = Number.POSITIVE_INFINITY;
    for (const keys of this.#received) slowest = Math.min(slowest, keys);
    return slowest;
  }

  isComplete(): boolean {
    return this.#next.every((next) => this.#typists.every(({ keys }, typist) => next[typist] === keys));
  }

  areAcked(): boolean {
    return this.#typists.every(({ edits }, typist) => this.acked[typist] === edits.length);
  }
}

const spreadOf = (latencies: Latencies): Spread => ({
  p50: latencies.percentile(0.5),
  p99: latencies.percentile(0.99),
  max: latencies.maxMs,
});

function coresSince(usage: NodeJS.CpuUsage, startedAt: number): number {
  const { user, system } = process.cpuUsage(usage);
  return (user + system) / 1000 / (performance.now() - startedAt);
}

async function settled(watch: Watch): Promise<void> {
  const deadline = performance.now() + SETTLE_WITHIN_MS;
  const isDone = (): boolean => watch.isComplete() && (driver.acks === "none" || watch.areAcked());
  while (!isDone() && watch.fault === null) {
    if (performance.now() > deadline)
      return watch.fail("some keys never reached a receiver, or were never acknowledged");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function push(job: Extract<Job, { type: "push" }>): Promise<JobResult> {
  const each = Math.ceil((job.warmUp + job.edits) / PUSHERS);
  const typists = planPushing(PUSHERS, each, order.seed);
  const watch = new Watch(typists, job.receivers);
  const note = await open(typists, job.receivers, watch);
  const total = each * PUSHERS;
  const measured = total - job.warmUp;
  let sent = 0;
  let startedAt = 0;
  let usage = process.cpuUsage();
  let before = note.receiverTraffic();
  const finished = Promise.withResolvers<void>();
  const late = setTimeout(() => finished.resolve(watch.fail("the edits did not get through in time")), 120_000);
  const pump = (): void => {
    const arrived = driver.acks === "none" ? watch.slowest() : Math.min(watch.slowest(), watch.ackedEdits);
    if (startedAt === 0 && arrived >= job.warmUp) {
      startedAt = performance.now();
      usage = process.cpuUsage();
      before = note.receiverTraffic();
    }
    if (watch.fault !== null || arrived >= total) return finished.resolve();
    for (; sent < total && sent - arrived < WINDOW; sent += 1) {
      const [typist, edit] = [sent % PUSHERS, Math.floor(sent / PUSHERS)];
      const at = watch.sentAtMs[typist];
      if (at !== undefined) at[edit] = performance.now();
      note.send(typist, edit);
    }
  };
  watch.fromMs = job.warmUp / PUSHERS;
  let isAsked = false;
  // Once for all the frames of one turn of the event loop.
  watch.onDone = () => {
    if (isAsked) return;
    isAsked = true;
    setImmediate(() => {
      isAsked = false;
      pump();
    });
  };
  pump();
  await finished.promise;
  clearTimeout(late);
  const seconds = (performance.now() - startedAt) / 1000;
  const cores = coresSince(usage, startedAt);
  const traffic = note.receiverTraffic();
  await settled(watch);
  return finish(note, typists, watch, {
    opsPerSecond: measured / seconds,
    deliveriesPerSecond: (measured * job.receivers) / seconds,
    bytesUpPerKey: note.typistTraffic().bytesUp / total,
    bytesDownPerKey: (traffic.bytesDown - before.bytesDown) / measured / job.receivers,
    framesDownPerKey: (traffic.framesDown - before.framesDown) / measured / job.receivers,
    generatorCores: cores,
  });
}

async function type(job: Extract<Job, { type: "type" }>): Promise<JobResult> {
  const { typists: count, keysPerSecond, gatherMs } = job;
  const typists = planTyping({
    typists: count,
    keysPerSecond,
    seconds: job.warmUpSeconds + job.seconds,
    gatherMs,
    seed: order.seed,
  });
  const watch = new Watch(typists, job.receivers);
  const note = await open(typists, job.receivers, watch);
  const upBefore = note.typistTraffic().bytesUp;
  const downBefore = note.receiverTraffic();
  const schedule = typists
    .flatMap(({ edits }, typist) => edits.map(({ sendMs }, edit) => ({ typist, edit, sendMs })))
    .toSorted((a, b) => a.sendMs - b.sendMs);
  watch.fromMs = job.warmUpSeconds * 1000;
  const usage = process.cpuUsage();
  const startedAt = performance.now();
  watch.startMs = startedAt;
  let next = 0;
  while (next < schedule.length && watch.fault === null) {
    const nowMs = performance.now() - startedAt;
    for (let due = schedule[next]; due !== undefined && due.sendMs <= nowMs; due = schedule[(next += 1)]) {
      const at = watch.sentAtMs[due.typist];
      if (at !== undefined) at[due.edit] = performance.now();
      note.send(due.typist, due.edit);
    }
    const waitMs = (schedule[next]?.sendMs ?? 0) - (performance.now() - startedAt);
    await new Promise((resolve) => (waitMs > 1 ? setTimeout(resolve, Math.min(waitMs, 5)) : setImmediate(resolve)));
  }
  const cores = coresSince(usage, startedAt);
  await settled(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  const keys = typists.reduce((sum, typist) => sum + typist.keys, 0);
  const down = note.receiverTraffic();
  const each = keys * Math.max(1, job.receivers);
  return finish(note, typists, watch, {
    opsPerSecond: keys / seconds,
    deliveriesPerSecond: (keys * job.receivers) / seconds,
    bytesUpPerKey: (note.typistTraffic().bytesUp - upBefore) / keys,
    bytesDownPerKey: (down.bytesDown - downBefore.bytesDown) / each,
    framesDownPerKey: (down.framesDown - downBefore.framesDown) / each,
    generatorCores: cores,
  });
}

/** Stops at each stage until the parent has looked at the server. */
async function idle(job: Extract<Job, { type: "idle" }>): Promise<JobResult> {
  const watch = new Watch([], job.receivers);
  const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  // As many before them: what the engine compiles for the way in is no memory of a socket.
  const first = await open([], job.receivers, watch);
  await wait(1);
  first.close();
  await wait(2);
  await stage("warm");
  const many = await open([], job.receivers, watch);
  await wait(1);
  await stage("open");
  await wait(job.settleSeconds);
  const before = many.receiverTraffic();
  await stage("quiet");
  await wait(job.seconds);
  await stage("over");
  const { framesDown, pings } = many.receiverTraffic();
  const none = { opsPerSecond: 0, deliveriesPerSecond: 0, bytesUpPerKey: 0, bytesDownPerKey: 0, framesDownPerKey: 0 };
  const result = finish(many, [], watch, { ...none, generatorCores: 0 });
  return { ...result, idleFrames: framesDown - before.framesDown + pings - before.pings };
}

async function stage(name: string): Promise<void> {
  process.stdout.write(`@${name}\n`);
  await new Promise((resolve) => process.stdin.once("data", resolve));
}

function open(typists: readonly Typist[], receivers: number, watch: Watch): Promise<OpenNote> {
  return driver.open(
    order.url,
    { receivers, typists },
    {
      onKeys: (receiver, client, from, to) => watch.keys(receiver, client, from, to),
      onAck: (typist, edit) => watch.acks(typist, edit),
      onFault: (what) => watch.fail(what),
    },
  );
}

function work(job: Job): Promise<JobResult> {
  switch (job.type) {
    case "push":
      return push(job);
    case "type":
      return type(job);
    case "idle":
      return idle(job);
  }
}

function finish(
  note: OpenNote,
  typists: readonly Typist[],
  watch: Watch,
  numbers: Omit<JobResult, "fault" | "peer" | "ack" | "key">,
): JobResult {
  if (watch.fault === null && note.text() !== textOf(typists)) watch.fail("the text is not what was typed");
  note.close();
  return {
    fault: watch.fault,
    ...numbers,
    peer: spreadOf(watch.peer),
    ack: spreadOf(watch.ack),
    key: spreadOf(watch.key),
  };
}

const result = await work(order.job);
process.stdout.write(`\n${JSON.stringify(result)}\n`);
process.exit(0);
