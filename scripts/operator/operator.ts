// An operator as their commands are: the secret, the address, and one call after the other. Every failure is an Error with the
// server's own code.
import { createReadStream } from "node:fs";
import { userInfo } from "node:os";
import process from "node:process";
import { Readable } from "node:stream";
import { problemSchema } from "@reed/api";
import * as v from "valibot";
import { readAdminToken } from "./admin-token.ts";

const pageSchema = v.object({ items: v.array(v.string()), nextCursor: v.nullable(v.string()) });

export class Operator {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  /** For the server at `url`; ends the program with a sentence where there is no secret. */
  static of(url: string): Operator {
    const token = readAdminToken();
    if (token !== null) return new Operator(url, token);
    console.error("Set ADMIN_TOKEN to the operators' secret of the deployment (docs/operations.md).");
    process.exit(2);
  }

  async json<T>(method: string, path: string, schema: v.GenericSchema<unknown, T>, body?: unknown): Promise<T> {
    const response = await this.#call(method, path, body === undefined ? null : JSON.stringify(body));
    const text = await response.text();
    return v.parse(schema, text === "" ? null : JSON.parse(text));
  }

  /** The body as it comes; null where there is nothing. */
  async download(path: string): Promise<ReadableStream<Uint8Array> | null> {
    const response = await fetch(this.#address(path), { headers: this.#headers });
    if (response.status === 404) return null;
    if (!response.ok || response.body === null) throw await failureOf(response, path);
    return response.body;
  }

  async upload<T>(path: string, file: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
    const response = await this.#call("PUT", path, Readable.toWeb(createReadStream(file)));
    return v.parse(schema, await response.json());
  }

  /** Every id of a list, page after page. */
  async *ids(path: "notes" | "users"): AsyncGenerator<string, void> {
    for (let cursor = ""; ;) {
      const page = await this.json("GET", `${path}?cursor=${encodeURIComponent(cursor)}`, pageSchema);
      yield* page.items;
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }

  async #call(method: string, path: string, body: unknown): Promise<Response> {
    const init = { method, headers: this.#headers, body, duplex: "half" } as RequestInit;
    const response = await fetch(this.#address(path), init);
    if (!response.ok) throw await failureOf(response, path);
    return response;
  }

  get #headers(): Record<string, string> {
    return { Authorization: `Reed-Admin ${this.#token}`, "Reed-Operator": operatorName() };
  }

  #address(path: string): URL {
    return new URL(`/api/admin/${path}`, this.url);
  }
}

/** Under which the operator's uses are kept. */
export function operatorName(): string {
  return process.env["REED_OPERATOR"] ?? userInfo().username;
}

async function failureOf(response: Response, path: string): Promise<Error> {
  const text = await response.text();
  try {
    const { code, detail = "" } = v.parse(problemSchema, JSON.parse(text));
    return new Error(`${path.split("?")[0]}: ${code} ${detail}`.trim());
  } catch {
    return new Error(`${path.split("?")[0]}: ${response.status}`);
  }
}
