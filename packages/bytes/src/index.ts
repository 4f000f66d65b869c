export { fromBase64Url, toBase64Url } from "./base64url.ts";
export { compareBytes, concatBytes, equalBytes, isZero } from "./compare.ts";
export { fromHex, toHex } from "./hex.ts";
export { DecodeError, type DecodeErrorCode, Reader } from "./reader.ts";
export { decodeUtf8, encodeUtf8 } from "./utf8.ts";
export { readVarint, writeVarint } from "./varint.ts";
export { Writer } from "./writer.ts";
