import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OptionalCommands, settled } from "./optional-commands.ts";

const never = () => new Promise<never>(() => undefined);
const refuse = (code: number) => () => Promise.reject(Object.assign(new Error("refused"), { code }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a command of Discord's client", () => {
  it("is answered with a value", async () => {
    expect(await new OptionalCommands().ask("locale", async () => "de")).toEqual({ type: "done", value: "de" });
  });

  it.each([4002, 4006])("is not asked again after %i", async (code) => {
    const commands = new OptionalCommands();
    const again = vi.fn<() => Promise<string>>(async () => "answer");
    expect(await commands.ask("share", refuse(code))).toEqual({ type: "failed" });
    expect(await commands.ask("share", again)).toEqual({ type: "off" });
    expect(again).not.toHaveBeenCalled();
    expect(await commands.ask("invite", again)).toMatchObject({ type: "done" });
  });

  it("is asked again after a refusal of the moment, and after one that throws at once", async () => {
    const commands = new OptionalCommands();
    expect(await commands.ask("invite", refuse(4005))).toEqual({ type: "failed" });
    const thrown = commands.ask("invite", () => {
      throw new Error("not ready");
    });
    expect(await thrown).toEqual({ type: "failed" });
    expect(await commands.ask("invite", async () => null)).toEqual({ type: "done", value: null });
  });

  it("is given up after five seconds without an answer, for good", async () => {
    const commands = new OptionalCommands();
    const asked = commands.ask("layout", never);
    await vi.advanceTimersByTimeAsync(4999);
    let isOver = false;
    void asked.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toEqual({ type: "timeout" });
    expect(await commands.ask("layout", async () => 1)).toEqual({ type: "off" });
  });

  it("waits for a person, and asks the next time too", async () => {
    const commands = new OptionalCommands();
    const asked = commands.ask("link", never, true);
    await vi.advanceTimersByTimeAsync(119_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await asked).toEqual({ type: "timeout" });
    expect(await commands.ask("link", async () => 1, true)).toMatchObject({ type: "done" });
  });
});

it("leaves no refusal behind that comes after the patience is over", async () => {
  let refuseLate: (error: unknown) => void = () => undefined;
  const asked = settled(() => new Promise((_resolve, reject) => (refuseLate = reject)), 100);
  await vi.advanceTimersByTimeAsync(100);
  expect(await asked).toEqual({ type: "timeout" });
  refuseLate({ code: 4000 }); // an unhandled rejection fails the run
  await vi.advanceTimersByTimeAsync(0);
});
