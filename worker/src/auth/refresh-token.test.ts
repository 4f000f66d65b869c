import { describe, expect, it } from "vitest";
import { judgeRefresh, makeRefreshToken, parseRefreshToken } from "./refresh-token.ts";

const FAMILY = new Uint8Array(16).fill(1);
const entropy = (byte: number) => new Uint8Array(32).fill(byte);

describe("a refresh token", () => {
  it("[U11] reads back as the hashes that were kept of it, and names its family", () => {
    const { text, ...hashes } = makeRefreshToken(FAMILY, entropy(2));
    expect(parseRefreshToken(text)).toEqual({ ...hashes, secret: FAMILY });
    const next = makeRefreshToken(FAMILY, entropy(3));
    expect(next.family).toEqual(hashes.family);
    expect(next.token).not.toEqual(hashes.token);
  });

  it.each(["", "x", "A".repeat(63), "A".repeat(65), `${"A".repeat(63)}=`, `${"A".repeat(60)}.abc`])(
    "[U11] is not %j",
    (text) => {
      expect(parseRefreshToken(text)).toBeNull();
    },
  );

  it("[U11] is good once: a copy within ten seconds gets a token of its own, a later one ends the session", () => {
    const nowMs = 1_000_000;
    const standing = { generation: 4, rotatedMs: nowMs - 10_000 };
    expect(judgeRefresh({ ...standing, given: 4 }, nowMs)).toBe("next");
    expect(judgeRefresh({ ...standing, given: 3 }, nowMs)).toBe("again");
    expect(judgeRefresh({ ...standing, given: 3 }, nowMs + 1)).toBe("reused");
    expect(judgeRefresh({ ...standing, given: 2 }, nowMs)).toBe("reused");
    expect(judgeRefresh({ ...standing, given: null }, nowMs)).toBe("reused");
    expect(judgeRefresh({ generation: 0, rotatedMs: null, given: null }, nowMs)).toBe("reused");
  });
});
