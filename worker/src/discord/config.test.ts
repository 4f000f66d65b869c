import { describe, expect, it } from "vitest";
import { activityOrigin, discordConfigOf } from "./config.ts";

const ALL = {
  DISCORD_APPLICATION_ID: "1300000000000000001",
  DISCORD_CLIENT_SECRET: "a-secret-of-the-client",
  DISCORD_BOT_TOKEN: "a-token-of-the-bot",
  DISCORD_PUBLIC_KEY: "0A".repeat(32),
};

describe("the settings of Discord", () => {
  it("[D1] are all four or none", () => {
    expect(discordConfigOf({})).toBeNull();
    expect(discordConfigOf({ DISCORD_API: "https://discord.example", DISCORD_BOT_TOKEN: "" })).toBeNull();
    expect(discordConfigOf(ALL)).toEqual({
      applicationId: ALL.DISCORD_APPLICATION_ID,
      clientSecret: ALL.DISCORD_CLIENT_SECRET,
      botToken: ALL.DISCORD_BOT_TOKEN,
      publicKey: new Uint8Array(32).fill(10),
      api: "https://discord.com/api/v10",
      cdn: "https://cdn.discordapp.com",
    });
    for (const name of Object.keys(ALL)) expect(() => discordConfigOf({ ...ALL, [name]: "" })).toThrow(name);
  });

  it("[D1] of a wrong form are named, and not shown", () => {
    const wrong = {
      DISCORD_APPLICATION_ID: ["abc", "1".repeat(21), "../1"],
      DISCORD_CLIENT_SECRET: ["short", "with a space in it"],
      DISCORD_BOT_TOKEN: ["short", "with\na line"],
      DISCORD_PUBLIC_KEY: ["0a", "g".repeat(64), "0".repeat(66)],
      DISCORD_API: ["discord.com", "ftp://discord.com", "https://a:b@discord.com", "https://discord.com?x=1"],
      DISCORD_CDN: ["//cdn", "javascript:1"],
    };
    for (const [name, texts] of Object.entries(wrong))
      for (const text of texts) {
        const read = () => discordConfigOf({ ...ALL, [name]: text });
        expect(read).toThrow(name);
        expect(read).not.toThrow(text);
      }
  });

  it("[D3] say where an Activity runs", () => {
    const config = discordConfigOf({ ...ALL, DISCORD_API: "http://localhost:3000/api/" });
    expect(config?.api).toBe("http://localhost:3000/api");
    expect(config === null ? null : activityOrigin(config)).toBe("https://1300000000000000001.discordsays.com");
  });
});
