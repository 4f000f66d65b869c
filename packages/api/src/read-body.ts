// The one place where the client takes in bytes: as they come, and no more of them than it can hold, whatever the answer claims
// or unpacks to.

/** The largest answer is a snapshot: some MiB packed, rarely more than ten times that unpacked. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** All of `body`; null where it is longer than `maxBytes`. Rejects where the connection breaks. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.length;
    chunks.push(value);
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
