// Updates forged struct by struct: every byte in order, but clients that stand on each other at random, so that whether Yjs can
// integrate all of it is the only open question. The walk in text-update-order.ts must give Yjs's own answer.
import { concatBytes, encodeUtf8 } from "@reed/bytes";
import type { Random } from "./text-random.test-support.ts";

type Id = readonly [client: number, clock: number];

/** A lib0 varint in its shortest form. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...bytes, rest);
    bytes.push(0x80 + (rest % 128));
  }
}

export const varints = (...values: readonly number[]): Uint8Array => concatBytes(...values.map(varint));
export const varString = (text: string): Uint8Array => concatBytes(varint(encodeUtf8(text).length), encodeUtf8(text));

/** An update of some of `clients` that starts where `vector` ends, with origins and deletes in and a little beyond what exists. */
export function forge(random: Random, clients: readonly number[], vector: ReadonlyMap<number, number>): Uint8Array {
  const start = (client: number): number => vector.get(client) ?? 0;
  const added = new Map(clients.map((client): [number, number] => [client, random.below(7)]));
  const end = (client: number): number => start(client) + (added.get(client) ?? 0);
  /** An id in the log or in the first `share` of this update's structs; now and then one further on. */
  const anyId = (share: number): Id => {
    const client = random.pick(clients);
    const limit = random.chance(0.03)
      ? end(client) + 2
      : start(client) + Math.floor(share * (end(client) - start(client)));
    return [client, random.below(Math.max(limit, 1))];
  };
  const runs: Uint8Array[] = [];
  for (const client of clients.toSorted((left, right) => right - left)) {
    const structs: Uint8Array[] = [];
    for (let clock = start(client); clock < end(client);) {
      const length = Math.min(1 + random.below(2), end(client) - clock);
      const share = (clock - start(client)) / (end(client) - start(client));
      structs.push(forgeStruct(random, length, () => anyId(share)));
      clock += length;
    }
    if (structs.length > 0) runs.push(concatBytes(varints(structs.length, client, start(client)), ...structs));
  }
  const [client, clock] = anyId(1);
  const deletes = random.chance(0.5) ? varints(0) : varints(1, client, 1, clock, 1 + random.below(2));
  return concatBytes(varints(runs.length), ...runs, deletes);
}

function forgeStruct(random: Random, length: number, anyId: () => Id): Uint8Array {
  if (random.chance(0.05)) return varints(0, length);
  const origin = random.chance(0.6) ? anyId() : null;
  const right = random.chance(0.4) ? anyId() : null;
  const isDeleted = random.chance(0.1);
  const info = (isDeleted ? 1 : 4) | (origin === null ? 0 : 0x80) | (right === null ? 0 : 0x40);
  const parent = origin === null && right === null ? concatBytes(varint(1), varString("text")) : new Uint8Array();
  const content = isDeleted ? varint(length) : varString("xyz".slice(0, length));
  return concatBytes(Uint8Array.of(info), varints(...(origin ?? []), ...(right ?? [])), parent, content);
}
