// Backups as streams of bytes, both ways: what is read is never wholly in memory.
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { BackupError } from "./backup-format.ts";

/** Lines are handed on in pieces of about this size. */
const PIECE_CHARACTERS = 256 * 1024;
/** A row has up to 2 MB, and base64 makes a third more of it; a blob up to 64 MiB. */
const MAX_LINE_BYTES = 96 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Begins at once: what `text` does before it first gives something is done when this returns. */
export function streamOf(text: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const first = text.next();
  let next: Promise<IteratorResult<string, void>> | null = first;
  first.catch(() => undefined);
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      let piece = "";
      while (piece.length < PIECE_CHARACTERS) {
        const { done, value } = await (next ?? text.next());
        next = null;
        if (done === true) {
          if (piece !== "") controller.enqueue(encodeUtf8(piece));
          controller.close();
          return;
        }
        piece += value;
      }
      controller.enqueue(encodeUtf8(piece));
    },
    async cancel() {
      await text.return();
    },
  });
}

/** The lines of `stream`, without their ends. A BackupError where it breaks off or is no text. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  try {
    yield* readLines(stream);
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError("the backup could not be read to its end");
  }
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield decodeUtf8(joined([...rest, chunk.subarray(from, at)]));
      [rest, size, from] = [[], 0, at + 1];
    }
    if (from < chunk.length) {
      rest.push(chunk.slice(from));
      size += chunk.length - from;
      if (size > MAX_LINE_BYTES) throw new BackupError("a line is too long");
    }
  }
  if (rest.length > 0) throw new BackupError("the last line is cut off");
}

/** Packed with gzip. */
export function packed(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return stream.pipeThrough(new CompressionStream("gzip"));
}

export function unpacked(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return stream.pipeThrough(new DecompressionStream("gzip"));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
