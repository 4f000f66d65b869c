// A small square of one colour as PNG: the picture of a person in the local Discord.
import { crc32, deflateSync } from "node:zlib";

const SIDE = 64;
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const COLOURS: readonly string[] = ["4f6d7a", "9c6644", "6b705c", "7d5a86", "3d7068", "8a4a52", "3f5b9a"];

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** The same for the same user. */
export function avatarPicture(userId: string): Buffer {
  const colour = Buffer.from(COLOURS[crc32(userId) % COLOURS.length] ?? "4f6d7a", "hex");
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: SIDE }, () => colour)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => row)));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}
