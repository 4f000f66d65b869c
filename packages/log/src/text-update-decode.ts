// Yjs V1 update bytes, read exactly as yjs 13.6.33 writes them and never built into a document: what is judged here costs the
// reading of its bytes, whatever they declare. Owns the clauses of the validity rule that need no state (form, content, parent);
// text-update.ts owns the rest. Layout, every number a lib0 varint:
//   clients { structs, client, clock, struct+ }*  deleteClients { client, ranges, { clock, length }+ }*
//   struct: info, [origin id], [right origin id], [1, "text" when it has neither], content; GC: 0, length
// Clients stand in strictly descending order in both halves; a client's ranges ascend and don't touch.
import { decodeUtf8, encodeUtf8, equalBytes, Reader } from "@reed/bytes";
import { type TextUpdateFault, TextUpdateRefusal } from "./text-fault.ts";

/** Clocks count UTF-16 units of one clientID; no honest one comes near, and sums of two stay exact. */
export const MAX_CLOCK = 0x7fff_ffff;
const MAX_CLIENT = 0xffff_ffff;

/** The struct of clock `at` names (`client`, `clock`), of another client, as origin or right origin. */
export interface OriginNeed {
  readonly at: number;
  readonly client: number;
  readonly clock: number;
}

/** The gapless structs of one client: clocks `start` up to and without `end`; `needs` ascend by `at`. */
export interface ClientRun {
  readonly client: number;
  readonly start: number;
  readonly end: number;
  readonly needs: readonly OriginNeed[];
}

export interface DecodedTextUpdate {
  readonly runs: readonly ClientRun[];
  /** One entry per client with deletes: the clock below which its last range ends. */
  readonly deleteEnds: ReadonlyMap<number, number>;
  /** UTF-16 units of the text in its structs, also where its own delete set takes them back. */
  readonly insertsUnits: number;
  /** Clocks in its delete ranges, also where they were deleted before. */
  readonly deletesUnits: number;
}

const CONTENT_BITS = 0x1f;
const HAS_MAP_KEY = 0x20;
const HAS_RIGHT_ORIGIN = 0x40;
const HAS_ORIGIN = 0x80;
const GC = 0;
const DELETED = 1;
const STRING = 4;
const SKIP = 10;

const ROOT_BY_NAME = 1;
const ROOT_NAME = encodeUtf8("text");

// The fewest bytes that each can take: the bound on what a count may declare.
const MIN_CLIENT_BYTES = 5;
const MIN_STRUCT_BYTES = 2;
const MIN_DELETE_CLIENT_BYTES = 4;
const MIN_RANGE_BYTES = 2;

/** What `update` says; throws a TextUpdateRefusal, or a DecodeError where the bytes end early, run on or are not UTF-8. */
export function decodeTextUpdate(update: Uint8Array): DecodedTextUpdate {
  const reader = new Reader(update);
  const inserts = { units: 0 };
  const runs: ClientRun[] = [];
  for (let left = readCount(reader, MIN_CLIENT_BYTES, 0); left > 0; left -= 1) {
    runs.push(readRun(reader, runs.at(-1)?.client ?? Infinity, inserts));
  }
  const deletes = readDeletes(reader);
  reader.end();
  return { runs, deleteEnds: deletes.ends, insertsUnits: inserts.units, deletesUnits: deletes.units };
}

function readRun(reader: Reader, clientBefore: number, inserts: { units: number }): ClientRun {
  const structs = readCount(reader, MIN_STRUCT_BYTES, 1);
  const client = readClient(reader);
  if (client >= clientBefore) refuse("not_canonical");
  const start = readVarUint(reader);
  const needs: OriginNeed[] = [];
  let clock = start;
  for (let left = structs; left > 0; left -= 1) {
    const length = readStruct(reader, client, clock, needs, inserts);
    if (length === 0) refuse("not_canonical");
    clock += length;
    if (clock > MAX_CLOCK) refuse("out_of_range");
  }
  return { client, start, end: clock, needs };
}

/** Reads one struct and returns its length in clocks. */
function readStruct(
  reader: Reader,
  client: number,
  at: number,
  needs: OriginNeed[],
  inserts: { units: number },
): number {
  const info = reader.u8();
  const content = info & CONTENT_BITS;
  if (content === SKIP) refuse("skip");
  if (content === GC) {
    if (info !== GC) refuse("not_canonical");
    return readVarUint(reader);
  }
  if (content !== STRING && content !== DELETED) refuse("content_type");
  if ((info & HAS_MAP_KEY) !== 0) refuse("parent_kind");
  const origin = (info & HAS_ORIGIN) === 0 ? null : readOrigin(reader, client, at, needs);
  const right = (info & HAS_RIGHT_ORIGIN) === 0 ? null : readOrigin(reader, client, at, needs);
  if (origin === null && right === null) readParent(reader);
  // Between a unit and itself: Yjs never writes it, and puts it where replicas that have typed meanwhile don't agree.
  if (origin !== null && origin.client === right?.client && origin.clock === right.clock) refuse("not_canonical");
  if (content === DELETED) return readVarUint(reader);
  const units = readText(reader);
  inserts.units += units;
  return units;
}

/** A client's structs integrate in the order of their clocks, so one of its own must merely lie below. */
function readOrigin(reader: Reader, client: number, at: number, needs: OriginNeed[]): OriginNeed {
  const need = { at, client: readClient(reader), clock: readVarUint(reader) };
  if (need.client !== client) needs.push(need);
  else if (need.clock >= at) refuse("pending_origin");
  return need;
}

function readParent(reader: Reader): void {
  if (readVarUint(reader) !== ROOT_BY_NAME) refuse("parent_kind");
  if (!equalBytes(reader.bytes(readVarUint(reader)), ROOT_NAME)) refuse("parent_kind");
}

/** Reads a string and returns its length in UTF-16 units, as Yjs counts. */
function readText(reader: Reader): number {
  const bytes = reader.bytes(readVarUint(reader));
  if (bytes.includes(0x0d)) refuse("carriage_return");
  if (hasEncodedSurrogate(bytes)) refuse("lone_surrogate");
  return decodeUtf8(bytes).length;
}

/** ED leads U+D000 to U+DFFF; those from ED A0 on are the surrogates, which UTF-8 does not have. */
function hasEncodedSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at !== -1; at = bytes.indexOf(0xed, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next >= 0xa0 && next <= 0xbf) return true;
  }
  return false;
}

function readDeletes(reader: Reader): { readonly ends: ReadonlyMap<number, number>; readonly units: number } {
  const ends = new Map<number, number>();
  let units = 0;
  let clientBefore = Infinity;
  for (let clients = readCount(reader, MIN_DELETE_CLIENT_BYTES, 0); clients > 0; clients -= 1) {
    const client = readClient(reader);
    if (client >= clientBefore) refuse("not_canonical");
    clientBefore = client;
    let end = -1;
    for (let ranges = readCount(reader, MIN_RANGE_BYTES, 1); ranges > 0; ranges -= 1) {
      const clock = readVarUint(reader);
      const length = readVarUint(reader);
      // Yjs joins ranges that touch, so the next one starts above the end of the last.
      if (clock <= end || length === 0) refuse("not_canonical");
      end = clock + length;
      if (end > MAX_CLOCK) refuse("out_of_range");
      units += length;
    }
    ends.set(client, end);
  }
  return { ends, units };
}

function readCount(reader: Reader, minBytesEach: number, least: 0 | 1): number {
  const count = readVarUint(reader);
  if (count < least) refuse("not_canonical");
  if (count * minBytesEach > reader.remaining) refuse("too_many_structs");
  return count;
}

function readClient(reader: Reader): number {
  const client = readVarUint(reader);
  if (client > MAX_CLIENT) refuse("out_of_range");
  return client;
}

/** A lib0 varint, seven bits a byte from the lowest, in its shortest form, of at most five bytes (35 bits). */
function readVarUint(reader: Reader): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const byte = reader.u8();
    value += (byte & 0x7f) * scale;
    if (byte >= 0x80) continue;
    if (byte === 0 && scale > 1) refuse("not_canonical");
    return value;
  }
  return refuse("out_of_range");
}

function refuse(fault: TextUpdateFault): never {
  throw new TextUpdateRefusal(fault);
}
