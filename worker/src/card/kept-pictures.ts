// The pictures that this isolate gave out last, by the hash of what they show. Holds nothing that R2 does not; who may see a picture
// is not decided here.

import type { NoteId } from "@reed/log";

const MOST_BYTES = 4 * 1024 * 1024;

/** Where R2 has the pictures of a note. They go with it. */
export function picturesOf(noteId: NoteId): string {
  return `cards/${noteId}/`;
}

export class KeptPictures {
  readonly #pictures = new Map<string, Uint8Array>();
  #bytes = 0;

  get(key: string): Uint8Array | null {
    const bytes = this.#pictures.get(key);
    if (bytes === undefined) return null;
    // The last used is the last in the order.
    this.#pictures.delete(key);
    this.#pictures.set(key, bytes);
    return bytes;
  }

  put(key: string, bytes: Uint8Array): void {
    this.#drop(key);
    this.#pictures.set(key, bytes);
    this.#bytes += bytes.byteLength;
    for (const oldest of this.#pictures.keys()) {
      if (this.#bytes <= MOST_BYTES || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#pictures.get(key)?.byteLength ?? 0;
    this.#pictures.delete(key);
  }
}
