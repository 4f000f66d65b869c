// The state of a register set: for each key the write that won, with everything that its next rival is compared with. It knows
// no types: what this version can't read rests here as it came, for a version that can.
import { compareBytes, DecodeError } from "@reed/bytes";
import { type CborValue, CborMap, encodeCbor } from "../cbor.ts";
import { HASH_BYTES } from "../ids.ts";
import { isFree, parseKey } from "./key.ts";
import { MAX_VERSION } from "./payload.ts";
import { entriesOf, isKeepable, MAX_VALUE_BYTES } from "./value.ts";

/** A write, as it stands against others of the same key. */
export interface Cell {
  /** The version of the set that its writer had. */
  readonly version: number;
  readonly timeUs: number;
  readonly device: Uint8Array;
  readonly opId: Uint8Array;
  /** null: taken away. Kept, so that an older write can't bring the value back. */
  readonly value: CborValue;
}

export interface RegisterState {
  readonly cells: Map<string, Cell>;
  /** Grows with each change: who derives something from the cells can tell whether it still holds. */
  revision: number;
}

/** Keys are of two kinds, each with its own room, so that the entries of maps can't take the place of plain registers. */
export type Crowd = "plain" | "entry";
export type Room = Readonly<Record<Crowd, number>>;

export function emptyRegisters(): RegisterState {
  return { cells: new Map(), revision: 0 };
}

function crowdOf(key: string): Crowd {
  return key.includes("/") || isFree(key) ? "entry" : "plain";
}

/** Whether `left` wins over `right`: the later time, then the greater device key, then the greater op id. */
function wins(left: Cell, right: Cell | undefined): boolean {
  if (right === undefined) return true;
  if (left.timeUs !== right.timeUs) return left.timeUs > right.timeUs;
  return (compareBytes(left.device, right.device) || compareBytes(left.opId, right.opId)) > 0;
}

/** Whether the values that are there after `writes` have room. */
export function hasRoom({ cells }: RegisterState, writes: ReadonlyMap<string, Cell>, room: Room): boolean {
  const grows: Record<Crowd, number> = { plain: 0, entry: 0 };
  for (const [key, cell] of writes) {
    const before = cells.get(key);
    if (wins(cell, before)) grows[crowdOf(key)] += Number(cell.value !== null) - Number(isLive(before));
  }
  return hasRoomFor(cells, "plain", grows.plain, room) && hasRoomFor(cells, "entry", grows.entry, room);
}

/** Takes `writes`, for which there is room. Where the keys with nothing in them don't fit any more, the oldest of them go. */
export function writeCells(state: RegisterState, writes: ReadonlyMap<string, Cell>, room: Room): void {
  const grown = new Set<Crowd>();
  for (const [key, cell] of writes) {
    const before = state.cells.get(key);
    if (before === undefined) grown.add(crowdOf(key));
    if (wins(cell, before)) state.cells.set(key, cell);
  }
  grown.forEach((crowd) => shed(state.cells, crowd, room[crowd]));
  state.revision += 1;
}

/** The newest time of any register; 0 for none. */
export function newestTimeUs({ cells }: RegisterState): number {
  return [...cells.values()].reduce((newest, { timeUs }) => Math.max(newest, timeUs), 0);
}

/** `{v: 1, cells: {key: [version, time, device, op id, value]}}`: equal states save alike. */
export function saveCells({ cells }: RegisterState): CborValue {
  const rows = [...cells].map(([key, { version, timeUs, device, opId, value }]): [string, CborValue] => [
    key,
    [version, timeUs, device, opId, value],
  ]);
  return { v: 1, cells: Object.fromEntries(rows) };
}

/** What saveCells gave, read back; throws a DecodeError. */
export function loadCells(saved: unknown, room: Room): RegisterState {
  const map = new CborMap(saved, ["v", "cells"]);
  map.literal("v", 1);
  const rows = entriesOf(map.value("cells"));
  if (rows === null) throw broken();
  const cells = new Map(rows.map(([key, row]): [string, Cell] => [key, readCell(key, row)]));
  if (keysOf(cells, "plain").length > room.plain || keysOf(cells, "entry").length > room.entry) throw broken();
  return { cells, revision: 0 };
}

function readCell(key: string, row: unknown): Cell {
  if (parseKey(key) === null || !Array.isArray(row) || row.length !== 5) throw broken();
  const parts: readonly unknown[] = row;
  const [version, timeUs, device, opId, value] = parts;
  const isWhole = isNatural(version) && version >= 1 && version <= MAX_VERSION && isNatural(timeUs);
  if (!isWhole || !isHash(device) || !isHash(opId) || !isKeepable(value)) throw broken();
  if (encodeCbor(value).length > MAX_VALUE_BYTES) throw broken();
  return { version, timeUs, device, opId, value };
}

function hasRoomFor(cells: ReadonlyMap<string, Cell>, crowd: Crowd, more: number, room: Room): boolean {
  if (more <= 0 || cells.size + more <= room[crowd]) return true;
  return keysOf(cells, crowd).filter((key) => isLive(cells.get(key))).length + more <= room[crowd];
}

function shed(cells: Map<string, Cell>, crowd: Crowd, room: number): void {
  if (cells.size <= room) return;
  const keys = keysOf(cells, crowd);
  const gone = keys
    .flatMap((key) => {
      const cell = cells.get(key);
      return cell === undefined || cell.value !== null ? [] : [{ key, cell }];
    })
    .toSorted((a, b) => (wins(a.cell, b.cell) ? 1 : wins(b.cell, a.cell) ? -1 : a.key < b.key ? -1 : 1));
  gone.slice(0, Math.max(0, keys.length - room)).forEach(({ key }) => cells.delete(key));
}

function keysOf(cells: ReadonlyMap<string, Cell>, crowd: Crowd): readonly string[] {
  return [...cells.keys()].filter((key) => crowdOf(key) === crowd);
}

function isLive(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.value !== null;
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

function broken(): DecodeError {
  return new DecodeError("form", 0, "registers");
}
