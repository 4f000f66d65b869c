// What the tests of an open note run it in: no server or one that is played by hand, a store that takes its time, and locks that
// are given when the test says so.
import { noteIdOf } from "@reed/log";
import { type Down, encodeDown } from "@reed/protocol";
import { vi } from "vitest";
import { type Bench, ME } from "./engine/bench.test-support.ts";
import { Identity } from "./identity.ts";
import { NoteReplica } from "./note-replica.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import type { Server } from "./server.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { blankNote, type ReplicaStore } from "./store/replica-store.ts";
import { verifyHere } from "./verifier/batch.ts";
import { UNREACHED } from "./unreached.test-support.ts";

/** A server that gives tickets. */
export const TICKETED: Server = {
  ...UNREACHED,
  ticket: async () => ({ url: "ws://reed", protocols: [], nonce: new Uint8Array(16), certificates: [] }),
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps everything `ms` after it was asked to. */
export class SlowStore extends MemoryStore {
  readonly #ms: number;

  constructor(ms: number) {
    super();
    this.#ms = ms;
  }

  override async change(...change: Parameters<MemoryStore["change"]>): Promise<void> {
    await pause(this.#ms);
    return super.change(...change);
  }

  override async addEvidence(...evidence: Parameters<MemoryStore["addEvidence"]>): Promise<void> {
    await pause(this.#ms);
    return super.addEvidence(...evidence);
  }
}

/** The device that founded the bench's note: it is enrolled there. */
const FOUNDER = {
  handle: new Uint8Array(32).fill(2),
  publicKey: ME.publicKey,
  name: "Ana",
  color: "#123456",
  guest: null,
  platformKey: null,
};

/** The bench's note, on the device that founded it. */
export async function openReplica(
  bench: Bench,
  { store = new MemoryStore(), ...rest }: Partial<ReplicaOptions> & { readonly store?: ReplicaStore } = {},
): Promise<NoteReplica> {
  const docId = bench.genesis.opId;
  const noteId = noteIdOf(docId);
  await store.saveDevice(FOUNDER);
  return new NoteReplica({
    store,
    identity: await Identity.open(store, UNREACHED),
    noteId,
    record: Promise.resolve({ ...blankNote(noteId), docId, role: "editor", linkId: "l".repeat(16) }),
    server: UNREACHED,
    sharesDevice: false,
    statusEveryMs: 0,
    isSeen: true,
    onNetwork: () => () => undefined,
    verifyOps: verifyHere,
    restMs: () => 0,
    onSummary: () => undefined,
    onClosed: () => undefined,
    ...rest,
  });
}

/** The server's end of a socket, played by hand. */
export class PlayedSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: PlayedSocket[] = [];
  readyState = 0;
  binaryType = "";
  sent: Uint8Array[] = [];

  constructor() {
    super();
    PlayedSocket.all.push(this);
    queueMicrotask(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }

  static get open(): readonly PlayedSocket[] {
    return PlayedSocket.all.filter(({ readyState }) => readyState === 1);
  }

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  say(message: Down): void {
    this.dispatchEvent(new MessageEvent("message", { data: encodeDown(message).slice().buffer }));
  }

  /** Lets the replica in, and tells it the whole log. */
  welcome(bench: Bench): void {
    const { head } = bench.server;
    this.say({
      type: "welcome",
      version: 2,
      connection: 1,
      docId: bench.genesis.opId,
      head,
      role: "editor",
      lastCtr: bench.server.author(ME.publicKey)?.ctr ?? 0,
      lastOpId: null,
      serverTimeUs: Date.now() * 1000,
      peers: [],
    });
    const items = bench.rows.map(({ recvUs, envelope }) => ({ type: "op", recvUs, envelope }) as const);
    this.say({ type: "deliver", firstSeq: 1, headSeq: head.seq, chain: head.chain, items });
  }

  /** The newest one, as soon as the replica has said HELLO. */
  static async greeted(): Promise<PlayedSocket> {
    return vi.waitFor(() => {
      const socket = PlayedSocket.open.at(-1);
      if (socket === undefined || socket.sent.length === 0) throw new Error("no HELLO yet");
      return socket;
    });
  }
}

/** Locks of the browser that a test gives one after the other: `give` hands the lead to the next in line. */
export function playLocks(): { readonly give: () => void } {
  const line: (() => void)[] = [];
  const request = (_name: string, _options: unknown, lead: () => Promise<void>): Promise<void> =>
    new Promise((resolve) => {
      line.push(() => void lead().then(resolve));
    });
  vi.stubGlobal("navigator", { locks: { request } });
  return { give: () => line.shift()?.() };
}
