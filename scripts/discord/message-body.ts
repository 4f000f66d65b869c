// What comes with a message: a JSON body, or a form with `payload_json` and `files[n]`. The same for requests to the API and for
// the application's answers to an interaction.
import * as v from "valibot";
import type { StoredFile } from "./state.ts";

const MAX_FILE_BYTES = 10 * 2 ** 20;

export interface Incoming {
  readonly body: unknown;
  /** By the number in `files[n]`. */
  readonly files: ReadonlyMap<number, StoredFile>;
  /** What is otherwise than documented and understood all the same. */
  readonly oddities: readonly string[];
}

export type ReadBody =
  | { readonly type: "read"; readonly incoming: Incoming }
  | { readonly type: "bad_json" | "too_large" }
  | { readonly type: "wrong"; readonly problem: string };

function parse(text: string): ReadBody {
  try {
    return { type: "read", incoming: { body: JSON.parse(text), files: new Map(), oddities: [] } };
  } catch {
    return { type: "bad_json" };
  }
}

async function readForm(form: FormData): Promise<ReadBody> {
  const payload = form.get("payload_json");
  const read = parse(typeof payload === "string" ? payload : payload === null ? "{}" : await payload.text());
  if (read.type !== "read") return read;
  const files = new Map<number, StoredFile>();
  for (const [name, part] of form) {
    if (name === "payload_json") continue;
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (index === undefined || typeof part === "string") {
      return { type: "wrong", problem: `a form has payload_json and files[n], not "${name}"` };
    }
    if (part.size > MAX_FILE_BYTES) return { type: "too_large" };
    const bytes = new Uint8Array(await part.arrayBuffer());
    files.set(Number(index), { name: part.name, type: part.type || "application/octet-stream", bytes });
  }
  // A Blob without a name still gets one ("blob"), and a part with a name is a file.
  const oddities = typeof payload === "string" ? [] : ["payload_json is sent as a file: a field has no filename"];
  return { type: "read", incoming: { body: read.incoming.body, files, oddities } };
}

/** Reads a request of the application, or its answer. */
export async function readMessageBody(from: Request | Response): Promise<ReadBody> {
  const type = from.headers.get("Content-Type")?.split(";")[0]?.trim() ?? "";
  if (type === "multipart/form-data") {
    try {
      return await readForm(await from.formData());
    } catch {
      return { type: "wrong", problem: "the form can't be read" };
    }
  }
  if (type !== "application/json") return { type: "wrong", problem: `Content-Type is "${type}"` };
  return parse(await from.text());
}

const Typed = v.looseObject({ type: v.number(), data: v.optional(v.unknown()) });

/** An interaction's answer: its type and what belongs to it; null for anything else. */
export function typedBody(body: unknown): { readonly type: number; readonly data: unknown } | null {
  const parsed = v.safeParse(Typed, body);
  return parsed.success ? { type: parsed.output.type, data: parsed.output.data } : null;
}
