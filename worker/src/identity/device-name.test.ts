import { describe, expect, it } from "vitest";
import { deviceNameOf } from "./device-name.ts";

describe("the name of a device", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/537.36 discord/1.0 Chrome/150 Electron/38",
      "Discord on macOS",
    ],
    ["curl/8.9.1", "curl"],
    ["", "Device"],
    ["<script>alert(1)</script>", "Device"],
  ])("[U19] of %j is %j", (userAgent, name) => {
    expect(deviceNameOf(userAgent)).toBe(name);
  });
});
