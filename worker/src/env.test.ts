import { ROOM_LIMITS } from "@reed/room";
import { describe, expect, it } from "vitest";
import { configOf, type Env } from "./env.ts";

const SECRET = "A".repeat(43);

/** Bindings are not asked for before they are needed. */
const envOf = (variables: Readonly<Record<string, string>>): Env => {
  const secrets = { PLATFORM_SEED: SECRET, GATEWAY_SEED: SECRET, TOKEN_SEED: SECRET, CARD_SECRET: SECRET };
  return { ...secrets, ...variables } as unknown as Env;
};

describe("the configuration", () => {
  it("[W49] sets how many sockets of one note may write and read, 300 and 500 where it says nothing", () => {
    expect(configOf(envOf({})).limits).toEqual(ROOM_LIMITS);
    const { limits } = configOf(envOf({ MAX_EDITORS: "700", MAX_READERS: "" }));
    expect(limits).toEqual({ ...ROOM_LIMITS, editors: 700 });
  });

  it("[W49] refuses a number that is none, by its name", () => {
    for (const text of ["0", "-1", "1e3", "many", "100000"])
      expect(() => configOf(envOf({ MAX_READERS: text }))).toThrow("MAX_READERS");
  });
});
