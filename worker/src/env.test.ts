import { ROOM_LIMITS } from "@reed/room";
import { describe, expect, it } from "vitest";
import { configOf, type Env } from "./env.ts";

const SECRET = "A".repeat(43);

/** Bindings are not asked for before they are needed. */
const envOf = (variables: Readonly<Record<string, string>>): Env => {
  const names = ["PLATFORM_SEED", "GATEWAY_SEED", "TOKEN_SEED", "CARD_SECRET", "PASSWORD_PEPPER"];
  const secrets = Object.fromEntries(names.map((name) => [name, SECRET]));
  return { ...secrets, ...variables } as unknown as Env;
};

describe("the configuration", () => {
  it("[W49] sets how many sockets of one note may write and read, 300 and 500 where it says nothing", () => {
    expect(configOf(envOf({})).limits).toEqual(ROOM_LIMITS);
    const { limits } = configOf(envOf({ MAX_EDITORS: "700", MAX_READERS: "" }));
    expect(limits).toEqual({ ...ROOM_LIMITS, editors: 700 });
  });

  it("[U9] keeps former keys of tokens, and refuses one that is none", () => {
    const former = ["B", "E"].map((letter) => `${letter.repeat(42)}A`);
    expect(configOf(envOf({})).tokens.publicKeys).toHaveLength(1);
    expect(configOf(envOf({ TOKEN_SEED_PREVIOUS: former.join(", ") })).tokens.publicKeys).toHaveLength(3);
    for (const text of ["x", `${SECRET},`, SECRET.slice(1)])
      expect(() => configOf(envOf({ TOKEN_SEED_PREVIOUS: text }))).toThrow("TOKEN_SEED_PREVIOUS");
  });

  it("[U3] has passwords cost what they should where nothing else is said", () => {
    expect(configOf(envOf({})).passwords.cost).toEqual({ n: 16_384, r: 8, p: 5 });
    expect(() => configOf(envOf({ PASSWORD_PEPPER: "" }))).toThrow("PASSWORD_PEPPER");
  });

  it("[W49] refuses a number that is none, by its name", () => {
    for (const text of ["0", "-1", "1e3", "many", "100000"])
      expect(() => configOf(envOf({ MAX_READERS: text }))).toThrow("MAX_READERS");
  });
});
