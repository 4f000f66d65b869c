import { concatBytes, DecodeError } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import { encodeCbor } from "./cbor.ts";
import { LABELS } from "./labels.ts";
import { GATEWAY, userPrincipal } from "./principal.ts";
import { decodeTombstone, encodeTombstone, encodeTombstonePayload, tombstoneMessage } from "./tombstone.ts";

const USER = userPrincipal("00000000-0000-7000-8000-000000000001");
const STONE = {
  docId: new Uint8Array(32).fill(1),
  head: { seq: 7, chain: new Uint8Array(32).fill(2) },
  by: USER,
  atUs: 1_800_000_000_000_000,
};
const SIGNATURE = new Uint8Array(64).fill(3);

describe("a tombstone", () => {
  it("[A17] says what was there, how far it went, who removed it and when", () => {
    for (const stone of [STONE, { ...STONE, by: GATEWAY }]) {
      const payload = encodeTombstonePayload(stone);
      expect(decodeTombstone(encodeTombstone(payload, SIGNATURE))).toEqual({ ...stone, payload, signature: SIGNATURE });
      expect(tombstoneMessage(payload)).toEqual(concatBytes(LABELS.tombstone, payload));
    }
  });

  it("[A17] is nothing else", () => {
    const payload = encodeTombstonePayload(STONE);
    const whole = encodeTombstone(payload, SIGNATURE);
    for (const length of [0, 64, 65, whole.length - 1])
      expect(() => decodeTombstone(whole.subarray(0, length))).toThrow(DecodeError);
    const fields = { v: 1, doc: STONE.docId, seq: 7, chain: STONE.head.chain, by: USER, at: 1 };
    for (const wrong of [{ v: 2 }, { by: "nobody" }, { doc: new Uint8Array(31) }, { seq: -1 }, { more: 1 }])
      expect(() => decodeTombstone(encodeTombstone(encodeCbor({ ...fields, ...wrong }), SIGNATURE))).toThrow(
        DecodeError,
      );
  });
});
