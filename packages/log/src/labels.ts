// Domain separation of everything that the log hashes or signs (docs/spec/log.md, L3). No key and no hash is used under two labels.
import { encodeUtf8 } from "@reed/bytes";

export const LABELS = {
  opId: encodeUtf8("reed/op-id/v1\0"),
  opSignature: encodeUtf8("reed/op-sig/v1\0"),
  certificate: encodeUtf8("reed/cert/v1\0"),
  chain: encodeUtf8("reed/log/v1\0"),
  grants: encodeUtf8("reed/grants/v1\0"),
  tombstone: encodeUtf8("reed/tombstone/v1\0"),
} as const;
