import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DiscordHost } from "./discord-host.ts";
import type { Sdk } from "./sdk.ts";
import { type FakeSdk, fakeSdk, refuse } from "./sdk.test-support.ts";

const onPeople = vi.fn<() => void>();

function hostOn(sdk: Sdk, isMobile = false): DiscordHost {
  return new DiscordHost({ sdk, applicationId: "7", instanceId: "i-1-pc-2", isMobile, SharePart: null, onPeople });
}

async function signedIn(over: Partial<Sdk> = {}): Promise<{ readonly sdk: FakeSdk; readonly host: DiscordHost }> {
  const sdk = fakeSdk(over);
  const host = hostOn(sdk);
  host.listen("token");
  await vi.advanceTimersByTimeAsync(0);
  return { sdk, host };
}

beforeEach(() => {
  vi.useFakeTimers();
  onPeople.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("Discord as host", () => {
  it("says how the app is looked at, and when the device is hot", async () => {
    const { sdk, host } = await signedIn();
    const states: string[] = [];
    host.subscribe(() => states.push(`${host.state().layout} ${host.state().isCalm}`));
    for (const mode of [1, 2, 0, -1]) sdk.listeners.layout?.(mode);
    for (const heat of [1, 2, 3, 0]) sdk.listeners.thermal?.(heat);
    expect(states).toEqual([
      "pip false",
      "grid false",
      "focused false",
      "focused false",
      "focused false",
      "focused true",
      "focused true",
      "focused false",
    ]);
  });

  it("asks nothing that needs the person's leave before it has shown that it has it", async () => {
    const { promise: isLetIn, resolve: letIn } = Promise.withResolvers<void>();
    const sdk = fakeSdk({ authenticate: () => isLetIn });
    const host = hostOn(sdk, true);
    host.listen("token");
    host.tellActivity({ isInNote: true, people: 2 });
    await vi.advanceTimersByTimeAsync(4000);
    expect(sdk.calls).toEqual(["unlock"]);
    letIn();
    await vi.advanceTimersByTimeAsync(0);
    expect(sdk.calls).toEqual(["unlock", "activity Editing a note 2/25"]);
  });

  it("takes pictures and languages that are well formed, and tells of those who come", async () => {
    const ann = { id: "42", username: "ann", global_name: "Ann", avatar: "a".repeat(32) };
    const { sdk, host } = await signedIn({
      locale: async () => ({ locale: "not a language" }),
      participants: async () => ({ participants: [ann] }),
    });
    expect(host.state().locale).toBeNull();
    expect(host.state().participants).toEqual([
      { id: "42", names: ["Ann", "ann"], picture: `/api/discord/avatars/42/${"a".repeat(32)}` },
    ]);
    sdk.listeners.participants?.([{ ...ann, avatar: "../../evil" }]);
    expect(host.state().participants[0]?.picture).toBeNull();
    expect(onPeople).toHaveBeenCalledOnce();
    expect((await signedIn()).host.state().locale).toBe("en-GB");
  });

  it("tells Discord what people do, at most every five seconds, and never the same twice", async () => {
    const { sdk, host } = await signedIn();
    const told = () => sdk.calls.filter((call) => call.startsWith("activity"));
    host.tellActivity({ isInNote: true, people: 1 });
    host.tellActivity({ isInNote: true, people: 2 });
    host.tellActivity({ isInNote: true, people: 3 });
    expect(told()).toEqual(["activity Editing a note 1/25"]);
    await vi.advanceTimersByTimeAsync(5000);
    host.tellActivity({ isInNote: true, people: 3 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told()).toEqual(["activity Editing a note 1/25", "activity Editing a note 3/25"]);
    host.tellActivity({ isInNote: false, people: 40 });
    expect(told()).toContain("activity Looking at notes 40/40");
  });
});

describe("a link that leads out", () => {
  it("goes through Discord, and its no is a no", async () => {
    const open = vi.spyOn(window, "open");
    const { sdk, host } = await signedIn();
    host.openLink("https://example.com/");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sdk.calls).toContain("link https://example.com/");
    expect(host.unopened()).toBeNull();
    const { host: denied } = await signedIn({ openExternalLink: async () => ({ opened: false }) });
    denied.openLink("https://example.com/");
    await vi.advanceTimersByTimeAsync(0);
    expect(open).not.toHaveBeenCalled();
    expect(denied.unopened()).toBeNull();
  });

  it("opens a window where Discord can't, and is there to be copied where that is refused too", async () => {
    const opened = { opener: {} };
    const open = vi
      .spyOn(window, "open")
      .mockReturnValueOnce(opened as unknown as Window)
      .mockReturnValue(null);
    const { host } = await signedIn({ openExternalLink: refuse(4002) });
    host.openLink("https://example.com/1");
    await vi.advanceTimersByTimeAsync(0);
    expect(opened.opener).toBeNull();
    expect(host.unopened()).toBeNull();
    host.openLink("https://example.com/2");
    await vi.advanceTimersByTimeAsync(0);
    expect(open).toHaveBeenCalledTimes(2);
    expect(host.unopened()).toBe("https://example.com/2");
    host.dismissUnopened();
    expect(host.unopened()).toBeNull();
  });

  it("is there to be copied while Discord says nothing", async () => {
    const { host } = await signedIn({ openExternalLink: () => new Promise(() => undefined) });
    host.openLink("https://example.com/");
    await vi.advanceTimersByTimeAsync(5000);
    expect(host.unopened()).toBe("https://example.com/");
  });
});

describe("calling people", () => {
  it("shares a note by its id alone, and gives the address where Discord would not", async () => {
    const { sdk, host } = await signedIn();
    expect(await host.share("note")).toEqual({ type: "shared" });
    expect(sdk.calls).toContain("share note");
    const { host: old } = await signedIn({ shareLink: refuse(4002) });
    const address = "https://discord.com/activities/7?custom_id=note";
    expect(await old.share("note")).toEqual({ type: "refused", address });
  });

  it("sends a link where there is no invite dialog, and gives the address where there is neither", async () => {
    const { sdk, host } = await signedIn({ openInviteDialog: refuse(4005) });
    expect(await host.invite()).toEqual({ type: "shared" });
    expect(sdk.calls).toContain("share null");
    const { host: neither } = await signedIn({ openInviteDialog: refuse(4005), shareLink: refuse(4006) });
    expect(await neither.invite()).toEqual({ type: "refused", address: "https://discord.com/activities/7" });
  });
});
