// Reads which code points a WOFF2 file has glyphs for (W3C WOFF2 sections 4 and 5; OpenType cmap formats 4 and 12).
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

// Numbers of known tables, and the mark of one that is named in full.
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;
const NAMED = 0x3f;
const HEADER_LENGTH = 48;

interface Table {
  readonly tag: number;
  readonly offset: number;
  readonly length: number;
}

/** Ascending code points of the file at `path`. */
export function codePointsOf(path: string): readonly number[] {
  const file = readFileSync(path);
  const { tables, end } = directory(file);
  const compressedLength = file.readUInt32BE(20);
  const data = brotliDecompressSync(file.subarray(end, end + compressedLength));
  const cmap = tables.find((table) => table.tag === CMAP);
  if (cmap === undefined) throw new Error(`${path} has no cmap`);
  const found = new Set(cmapEntries(data.subarray(cmap.offset, cmap.offset + cmap.length)));
  return [...found].toSorted((left, right) => left - right);
}

function directory(file: Buffer): { readonly tables: readonly Table[]; readonly end: number } {
  const tables: Table[] = [];
  let position = HEADER_LENGTH;
  let offset = 0;
  const base128 = (): number => {
    for (let value = 0; ;) {
      const byte = file.readUInt8(position++);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  for (let index = 0; index < file.readUInt16BE(12); index += 1) {
    const flags = file.readUInt8(position++);
    const tag = flags & NAMED;
    if (tag === NAMED) position += 4;
    const version = flags >> 6;
    const original = base128();
    const isTransformed = tag === GLYF || tag === LOCA ? version !== 3 : version !== 0;
    const length = isTransformed ? base128() : original;
    tables.push({ tag, offset, length });
    offset += length;
  }
  return { tables, end: position };
}

function* cmapEntries(cmap: Buffer): Generator<number> {
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const subtable = cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4));
    const format = subtable.readUInt16BE(0);
    if (format === 4) yield* segments(subtable);
    if (format === 12) yield* groups(subtable);
  }
}

function* segments(table: Buffer): Generator<number> {
  const count = table.readUInt16BE(6) / 2;
  for (let index = 0; index < count; index += 1) {
    const last = table.readUInt16BE(14 + index * 2);
    const first = table.readUInt16BE(16 + count * 2 + index * 2);
    const delta = table.readUInt16BE(16 + count * 4 + index * 2);
    const rangePosition = 16 + count * 6 + index * 2;
    const rangeOffset = table.readUInt16BE(rangePosition);
    for (let codePoint = first; codePoint <= last && codePoint < 0xffff; codePoint += 1) {
      const glyph =
        rangeOffset === 0
          ? codePoint + delta
          : table.readUInt16BE(rangePosition + rangeOffset + (codePoint - first) * 2);
      if ((glyph & 0xffff) !== 0) yield codePoint;
    }
  }
}

function* groups(table: Buffer): Generator<number> {
  for (let index = 0; index < table.readUInt32BE(12); index += 1) {
    const last = table.readUInt32BE(20 + index * 12);
    for (let codePoint = table.readUInt32BE(16 + index * 12); codePoint <= last; codePoint += 1) yield codePoint;
  }
}
