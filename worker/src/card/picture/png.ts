// PNG (ISO/IEC 15948) of pixels that hide nothing: the encoder of the renderer's wasm takes as long as the drawing, the deflate of
// the platform a tenth of that.
import { crc32, deflateSync } from "node:zlib";
import { concatBytes, encodeUtf8 } from "@reed/bytes";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Eight bits each of red, green and blue; deflate; filters by row; not interlaced. */
const FORM = Uint8Array.of(8, 2, 0, 0, 0);
/** The lines of letters and boxes repeat; a slower level finds little more in them. */
const LEVEL = 5;

/** `rgba`: four bytes a pixel, row by row from the top; what is transparent becomes solid. */
export function encodePng(rgba: Uint8Array, width: number, height: number): Uint8Array {
  if (rgba.length !== width * height * 4) throw new RangeError("not so many pixels");
  const rows = new Uint8Array(height * (1 + width * 3));
  let to = 0;
  for (let from = 0; from < rgba.length; from += 4) {
    // Each row begins with the number of its filter: 0, none.
    if (from % (width * 4) === 0) to += 1;
    rows[to] = rgba[from] ?? 0;
    rows[to + 1] = rgba[from + 1] ?? 0;
    rows[to + 2] = rgba[from + 2] ?? 0;
    to += 3;
  }
  const header = new Uint8Array(8 + FORM.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(FORM, 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: LEVEL })), chunk("IEND")];
  return concatBytes(SIGNATURE, ...chunks);
}

function chunk(type: string, data = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(encodeUtf8(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
