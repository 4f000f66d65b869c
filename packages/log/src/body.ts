// The body of a data op: which bucket it is for, and its payload. A bucket is a name under which one kind of content rides the
// log; zero bytes may follow (a sealed note will pad there), anything else may not.
import { DecodeError, decodeUtf8, encodeUtf8, isZero, Reader, Writer } from "@reed/bytes";

export const TEXT_BUCKET = "text";

/** Buckets that only the log itself may use. */
const RESERVED_BUCKETS: ReadonlySet<string> = new Set(["cover", "snapshot"]);
const MAX_BUCKET_BYTES = 32;

export interface DataBody {
  readonly bucket: string;
  readonly payload: Uint8Array;
}

export function encodeDataBody(body: DataBody): Uint8Array {
  const name = encodeUtf8(body.bucket);
  if (name.length === 0 || name.length > MAX_BUCKET_BYTES) throw new RangeError("a bucket name has 1 to 32 bytes");
  return new Writer(body.payload.length + 40)
    .u8(name.length)
    .bytes(name)
    .u32(body.payload.length)
    .bytes(body.payload)
    .finish();
}

/** The bucket and payload of `bytes`; throws a DecodeError. */
export function decodeDataBody(bytes: Uint8Array): DataBody {
  const reader = new Reader(bytes);
  const nameLength = reader.u8();
  if (nameLength === 0 || nameLength > MAX_BUCKET_BYTES) throw new DecodeError("range", 0, "bucket name");
  const bucket = decodeUtf8(reader.bytes(nameLength));
  const payload = reader.bytes(reader.u32());
  if (!isZero(reader.rest())) throw new DecodeError("form", reader.offset, "padding is not zero");
  return { bucket, payload };
}

export function isReservedBucket(bucket: string): boolean {
  return RESERVED_BUCKETS.has(bucket);
}
