// What the entries of the log besides its text come to, by hand: of each setting the write with the latest time, then the greatest
// device, then the greatest op; and the roll in order.
import { toHex } from "@reed/bytes";
import { CborMap, decodeCbor, type Op } from "@reed/log";

interface Write {
  readonly rank: string;
  readonly value: unknown;
}

export class BucketOracle {
  readonly #settings = new Map<string, Write>();
  readonly #roll: string[] = [];

  clear(): void {
    this.#settings.clear();
    this.#roll.length = 0;
  }

  add(bucket: string, { author, opId }: Op, payload: Uint8Array): void {
    if (bucket === "roll") this.#roll.push(`${toHex(author)} ${Buffer.from(payload).toString()}`);
    if (bucket !== "meta") return;
    const map = new CborMap(decodeCbor(payload), ["v", "t", "set"]);
    const rank = [String(map.integer("t")).padStart(16, "0"), toHex(author), toHex(opId)].join(" ");
    for (const [key, value] of Object.entries(map.value("set") ?? {})) {
      const before = this.#settings.get(key);
      if (before === undefined || rank > before.rank) this.#settings.set(key, { rank, value });
    }
  }

  has(author: Uint8Array, words: string): boolean {
    return this.#roll.includes(`${toHex(author)} ${words}`);
  }

  /** In the form of bucketsOf. */
  get outcome(): string {
    const valueOf = (key: string): unknown => this.#settings.get(key)?.value ?? null;
    return JSON.stringify([valueOf("color"), valueOf("icon"), this.#roll]);
  }
}
