// Answers to requests with an Idempotency-Key, in D1. Owns every statement on that table.
import * as v from "valibot";

export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

export type Found =
  | { readonly type: "begun" }
  /** The first request is not answered yet. */
  | { readonly type: "busy" }
  /** The key came with another request. */
  | { readonly type: "reused" }
  | { readonly type: "answered"; readonly answer: KeptAnswer };

const KEPT_MS = 24 * 3600 * 1000;
/** A request that has no answer by then was broken off, and may be tried again. */
const GIVEN_UP_MS = 60 * 1000;
const IV_BYTES = 12;

const bytesField = v.pipe(
  v.union([v.instance(ArrayBuffer), v.array(v.number())]),
  v.transform((bytes) => new Uint8Array(bytes)),
);
const rowSchema = v.object({ request: bytesField, answer: v.nullable(bytesField), expires: v.number() });
const headSchema = v.object({ status: v.number(), headers: v.array(v.tuple([v.string(), v.string()])) });

/** What is kept under one key of one caller. */
export class AnswerStore {
  readonly #db: D1Database;
  readonly #id: Uint8Array<ArrayBuffer>;
  readonly #sealKey: Uint8Array<ArrayBuffer>;

  constructor(db: D1Database, id: Uint8Array<ArrayBuffer>, sealKey: Uint8Array<ArrayBuffer>) {
    this.#db = db;
    this.#id = id;
    this.#sealKey = sealKey;
  }

  /** `request`: hash of the whole request. */
  async begin(request: Uint8Array, nowMs: number): Promise<Found> {
    const [, inserted] = await this.#db.batch([
      this.#db
        .prepare(
          "DELETE FROM kept_answers WHERE id IN (SELECT id FROM kept_answers WHERE expires < ? LIMIT 4) OR (id = ? AND expires < ?)",
        )
        .bind(nowMs, this.#id, nowMs),
      this.#db
        .prepare("INSERT OR IGNORE INTO kept_answers (id, request, answer, expires) VALUES (?, ?, NULL, ?)")
        .bind(this.#id, request, nowMs + GIVEN_UP_MS),
    ]);
    if ((inserted?.meta.changes ?? 0) > 0) return { type: "begun" };
    const found = await this.#db
      .prepare("SELECT request, answer, expires FROM kept_answers WHERE id = ?")
      .bind(this.#id)
      .first();
    if (found === null) return { type: "busy" }; // given up by the first request just now
    const row = v.parse(rowSchema, found);
    if (!isSame(row.request, request)) return { type: "reused" };
    return row.answer === null ? { type: "busy" } : { type: "answered", answer: await this.#open(row.answer) };
  }

  async keep(answer: KeptAnswer): Promise<void> {
    await this.#db
      .prepare("UPDATE kept_answers SET answer = ?, expires = ? WHERE id = ?")
      .bind(await this.#seal(answer), Date.now() + KEPT_MS, this.#id)
      .run();
  }

  async forget(): Promise<void> {
    await this.#db.prepare("DELETE FROM kept_answers WHERE id = ?").bind(this.#id).run();
  }

  async #seal({ status, headers, body }: KeptAnswer): Promise<Uint8Array> {
    const head = new TextEncoder().encode(JSON.stringify({ status, headers }));
    const plain = new Uint8Array(4 + head.length + body.length);
    new DataView(plain.buffer).setUint32(0, head.length);
    plain.set(head, 4);
    plain.set(body, 4 + head.length);
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.#key("encrypt"), plain);
    return new Uint8Array([...iv, ...new Uint8Array(sealed)]);
  }

  async #open(sealed: Uint8Array): Promise<KeptAnswer> {
    const iv = sealed.slice(0, IV_BYTES);
    const key = await this.#key("decrypt");
    const plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.slice(IV_BYTES)));
    const headLength = new DataView(plain.buffer).getUint32(0);
    const head = v.parse(headSchema, JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + headLength))));
    return { ...head, body: plain.slice(4 + headLength) };
  }

  #key(use: "encrypt" | "decrypt"): Promise<CryptoKey> {
    return crypto.subtle.importKey("raw", this.#sealKey, "AES-GCM", false, [use]);
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
