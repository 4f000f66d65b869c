import { toHex } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import { guestMessage } from "./guest-proof.ts";
import { helloMessage } from "./hello-proof.ts";

const NOTE = new Uint8Array(16).fill(0xd0);
const NONCE = new Uint8Array(16).fill(0xa1);
const DEVICE = new Uint8Array(32).fill(0xde);

describe("what a device signs", () => {
  it("for a socket is the label, the note and the nonce", () => {
    expect(toHex(helloMessage(NONCE, NOTE))).toBe(`726565642f68656c6c6f2f763100${"d0".repeat(16)}${"a1".repeat(16)}`);
  });

  it("for its guest is the label, its key and the time", () => {
    expect(toHex(guestMessage(DEVICE, 1_795_000_000_000))).toBe(
      `726565642f67756573742f763100${"de".repeat(32)}000001a1ee565e00`,
    );
  });

  it("is never built from a field of another length", () => {
    expect(() => helloMessage(NONCE.subarray(1), NOTE)).toThrow(RangeError);
    expect(() => helloMessage(NONCE, NOTE.subarray(1))).toThrow(RangeError);
    expect(() => guestMessage(DEVICE.subarray(1), 0)).toThrow(RangeError);
    expect(() => guestMessage(DEVICE, -1)).toThrow(RangeError);
    expect(() => guestMessage(DEVICE, 0.5)).toThrow(RangeError);
  });
});
