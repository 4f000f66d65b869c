// One message of every type with every optional part, the same for ever: vectors/frames.json holds their bytes.
import { noteIdOf } from "@reed/log";
import type { Down } from "./down.ts";
import type { Up } from "./up.ts";

const run = (length: number, first: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (first + index) % 256);

export const GOLDEN_UP: Readonly<Record<string, Up>> = {
  hello: {
    type: "hello",
    lowestVersion: 1,
    highestVersion: 1,
    device: run(32, 1),
    proof: run(64, 2),
    cursor: { seq: 0x1_0000_0002, chain: run(32, 3) },
    presence: run(5, 4),
  },
  hello_first_visit: {
    type: "hello",
    lowestVersion: 1,
    highestVersion: 7,
    device: run(32, 1),
    proof: run(64, 2),
    cursor: { seq: 0, chain: new Uint8Array(32) },
    presence: new Uint8Array(),
  },
  ops: { type: "ops", envelopes: [run(3, 5), run(2, 6)] },
  set_presence: { type: "set_presence", payload: run(4, 7) },
  receipt: { type: "receipt", bytes: 0x1_0002_0003 },
  subscribe: {
    type: "subscribe",
    from: { epoch: 0xfedc_ba98, rev: 300 },
    notes: [noteIdOf(run(16, 27)), noteIdOf(run(16, 28))],
  },
  unsubscribe: { type: "unsubscribe" },
  set_presence_gone: { type: "set_presence", payload: new Uint8Array() },
};

export const GOLDEN_DOWN: Readonly<Record<string, Down>> = {
  welcome: {
    type: "welcome",
    version: 1,
    connection: 9,
    docId: run(32, 8),
    head: { seq: 12, chain: run(32, 9) },
    role: "editor",
    lastCtr: 4,
    lastOpId: run(32, 10),
    serverTimeUs: 1_767_225_600_000_000,
    peers: [
      { connection: 3, payload: run(2, 11) },
      { connection: 5, payload: run(1, 12) },
    ],
  },
  welcome_new_device: {
    type: "welcome",
    version: 1,
    connection: 0xffff_ffff,
    docId: run(32, 8),
    head: { seq: 1, chain: run(32, 9) },
    role: "viewer",
    lastCtr: 0,
    lastOpId: null,
    serverTimeUs: Number.MAX_SAFE_INTEGER,
    peers: [],
  },
  ack: {
    type: "ack",
    ops: [
      { opId: run(32, 13), seq: 7 },
      { opId: run(32, 14), seq: 8 },
    ],
  },
  nack_retry: { type: "nack", opId: run(32, 15), class: "retry", code: "overloaded", retryAfterMs: 1000 },
  nack_reissue: { type: "nack", opId: run(32, 15), class: "reissue", code: "prev", retryAfterMs: 0 },
  nack_never: { type: "nack", opId: run(32, 15), class: "never", code: "text_delete_ahead", retryAfterMs: 0 },
  deliver: {
    type: "deliver",
    firstSeq: 7,
    headSeq: 9,
    chain: run(32, 16),
    items: [
      { type: "op", recvUs: 1_767_225_600_000_001, envelope: run(6, 17) },
      { type: "own", recvUs: 1_767_225_600_000_002, opId: run(32, 18) },
    ],
  },
  deliver_compact: {
    type: "deliver",
    firstSeq: 8,
    headSeq: 9,
    chain: run(32, 16),
    items: [
      { type: "compact", recvUs: 1_767_225_600_000_002, bytes: run(5, 25) },
      { type: "compact", recvUs: 1_767_225_600_000_302, bytes: run(3, 26) },
    ],
  },
  peer_presence: { type: "peer_presence", connection: 3, payload: run(4, 19) },
  leave: { type: "leave", connection: 3 },
  role: { type: "role", role: "owner" },
  role_none: { type: "role", role: null },
  resync: { type: "resync", docId: run(32, 20), head: { seq: 3, chain: run(32, 21) } },
  go_away: { type: "go_away", reason: "restarting", afterMs: 1500 },
  head: { type: "head", head: { seq: 3, chain: run(32, 22) } },
  feed: {
    type: "feed",
    epoch: 0xfedc_ba98,
    from: 300,
    rev: 302,
    head: 302,
    items: [
      { type: "gone", id: noteIdOf(run(16, 27)) },
      { type: "head", id: noteIdOf(run(16, 28)), seq: 7, chain: "A" },
    ],
  },
  snapshot_new: { type: "snapshot_new", at: { seq: 0x1_0000_0004, chain: run(32, 23) }, stateHash: run(32, 24) },
};
