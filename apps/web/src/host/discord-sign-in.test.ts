import type { ApiResult, DiscordSessionResponse } from "@reed/api";
import { describe, expect, it } from "vitest";
import { askForCode } from "./ask-for-code.ts";
import { signInWithDiscord } from "./discord-sign-in.ts";
import type { Sdk } from "./sdk.ts";
import { fakeSdk, refuse } from "./sdk.test-support.ts";

const session: DiscordSessionResponse = {
  user: { id: "00000000-0000-4000-8000-000000000001", name: "Ann", color: "#2c6e5a", username: null },
  accessToken: "access",
  expiresAt: "2026-11-21T12:00:00.000Z",
  refreshToken: "refresh",
  discord: { accessToken: "discord", userId: "42", name: "Ann" },
  space: { channelId: "2", guildId: null },
};
const opened: ApiResult<DiscordSessionResponse> = { ok: true, status: 201, value: session };
const failed = (code: "discord_unreachable" | "discord_refused"): ApiResult<DiscordSessionResponse> => ({
  ok: false,
  code,
  retryAfterMs: null,
});

/** Codes as the server got them, and how long was waited before each. */
function signIn(answers: readonly ApiResult<DiscordSessionResponse>[], sdk: Pick<Sdk, "authorize"> = fakeSdk()) {
  const codes: string[] = [];
  const waits: number[] = [];
  const openSession = async (code: string) => answers[codes.push(code) - 1] ?? opened;
  const signedIn = signInWithDiscord({
    newCode: () => askForCode(sdk),
    openSession,
    wait: async (ms) => void waits.push(ms),
  });
  return { signedIn, codes, waits };
}

describe("signing in by Discord", () => {
  it("hands the server a code, and nothing else that the client says", async () => {
    const { signedIn, codes } = signIn([opened]);
    expect(await signedIn).toEqual(session);
    expect(codes).toEqual(["code 1"]);
  });

  it("tries again with a new code while Discord is out of reach, and not for ever", async () => {
    const down = failed("discord_unreachable");
    const { signedIn, codes, waits } = signIn([down, down, opened]);
    await signedIn;
    expect(codes).toEqual(["code 1", "code 2", "code 3"]);
    expect(waits).toEqual([1000, 3000]);
    await expect(signIn([down, down, down]).signedIn).rejects.toMatchObject({ code: "discord_unreachable" });
  });

  it("takes the server's no at once", async () => {
    const { signedIn, codes } = signIn([failed("discord_refused")]);
    await expect(signedIn).rejects.toMatchObject({ code: "discord_refused" });
    expect(codes).toHaveLength(1);
  });

  it("asks for less where the client does not know all that it is asked for", async () => {
    const sdk = fakeSdk();
    const authorize: Sdk["authorize"] = (scope) => (scope.length > 1 ? refuse(4000)() : sdk.authorize(scope));
    const { signedIn, codes } = signIn([opened], { authorize });
    await signedIn;
    expect(sdk.calls).toEqual(["authorize identify"]);
    expect(codes).toHaveLength(1);
  });

  it("is declined by a person once, and not asked twice", async () => {
    let asked = 0;
    const authorize: Sdk["authorize"] = () => {
      asked += 1;
      return refuse(5000)();
    };
    await expect(signIn([opened], { authorize }).signedIn).rejects.toMatchObject({ code: "discord_declined" });
    expect(asked).toBe(1);
  });
});
