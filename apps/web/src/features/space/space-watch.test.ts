// The channel as one window sees it, and following somebody through it.
import type { SpaceView } from "@reed/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stepOf } from "./follow.ts";
import { SpaceWatch } from "./space-watch.ts";

const [me, ana, bo] = ["me", "ana", "bo"];
const [first, second] = ["abcdefghijklmnopqrstuA", "bbcdefghijklmnopqrstuA"];

function person(id: string, noteId: string | null): SpaceView["people"][number] {
  return { user: { id, name: id }, noteId, isYou: id === me };
}

function viewOf(...people: SpaceView["people"]): SpaceView {
  return { channelId: "1", guildId: null, notes: [], people: [person(me, null), ...people] };
}

/** Questions as "<note> <has changed>", and where following led. */
function watchOn(answers: { view: SpaceView | Error; isLookedAt?: boolean }) {
  const asked: string[] = [];
  const went: string[] = [];
  const watch: SpaceWatch = new SpaceWatch(
    {
      here: async (noteId, hasChanged) => {
        asked.push(`${noteId}${hasChanged ? " changed" : ""}`);
        if (answers.view instanceof Error) throw answers.view;
        return answers.view;
      },
      isLookedAt: () => answers.isLookedAt !== false,
      go: (noteId) => {
        went.push(noteId);
        watch.arrive(noteId);
      },
    },
    null,
  );
  return { watch, asked, went };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the channel", () => {
  it("is told where this person is, at once when that changes and every 20 s", async () => {
    const { watch, asked } = watchOn({ view: viewOf() });
    watch.arrive(first);
    const stop = watch.start();
    await pass(0);
    expect(asked).toEqual([first]);
    await pass(20_000);
    watch.arrive(second);
    watch.arrive(second);
    await pass(0);
    expect(asked).toEqual([first, first, second]);
    await pass(19_999);
    expect(asked).toHaveLength(3);
    stop();
    await pass(60_000);
    expect(asked).toHaveLength(3);
  });

  it("is asked for whoever Discord says has come, until they have had time to sign in", async () => {
    const { watch, asked } = watchOn({ view: viewOf() });
    const stop = watch.start();
    await pass(0);
    watch.refresh(true);
    await pass(0);
    expect(asked).toEqual(["null", "null changed"]);
    await pass(4000);
    expect(asked.slice(2)).toEqual(["null", "null"]);
    await pass(60_000);
    expect(asked.length).toBeLessThan(14);
    stop();
  });

  it("is looked at more often while others are in it, and somebody looks", async () => {
    const answers: { view: SpaceView; isLookedAt?: boolean } = { view: viewOf(person(ana, null)) };
    const { watch, asked } = watchOn(answers);
    const stop = watch.start();
    await pass(10_000);
    expect(asked).toHaveLength(3);
    answers.isLookedAt = false;
    await pass(5000);
    await pass(15_000);
    expect(asked).toHaveLength(4);
    stop();
  });

  it("stays as it was while it can't be asked, with the reason", async () => {
    const answers: { view: SpaceView | Error } = { view: viewOf(person(ana, first)) };
    const { watch } = watchOn(answers);
    const stop = watch.start();
    await pass(0);
    answers.view = Object.assign(new Error("down"), { code: "unreachable" });
    await pass(20_000);
    expect(watch.state().view?.people).toHaveLength(2);
    expect(watch.state().problem?.sentence).toBe("The server can’t be reached.");
    answers.view = viewOf();
    await pass(20_000);
    expect(watch.state()).toEqual({ view: viewOf(), following: null, problem: null });
    stop();
  });
});

describe("following somebody", () => {
  it("opens what they open, and asks more often", async () => {
    const answers = { view: viewOf(person(ana, first)) };
    const { watch, asked, went } = watchOn(answers);
    const stop = watch.start();
    await pass(0);
    watch.follow(ana);
    expect(went).toEqual([first]);
    answers.view = viewOf(person(ana, second));
    await pass(3000);
    expect(went).toEqual([first, second]);
    expect(watch.state().following).toBe(ana);
    const before = asked.length;
    await pass(9000);
    expect(asked.length - before).toBeGreaterThanOrEqual(3);
    stop();
  });

  it("ends when this person chooses something else, but not by arriving where it led", async () => {
    const { watch } = watchOn({ view: viewOf(person(ana, first)) });
    const stop = watch.start();
    await pass(0);
    watch.follow(ana);
    await pass(3000);
    expect(watch.state().following).toBe(ana);
    watch.arrive(second);
    expect(watch.state().following).toBeNull();
    stop();
  });

  it("ends when there is nobody to follow any more", async () => {
    const answers = { view: viewOf(person(ana, first)) };
    const { watch, went } = watchOn(answers);
    const stop = watch.start();
    await pass(0);
    watch.follow(ana);
    answers.view = viewOf(person(bo, second));
    await pass(3000);
    expect(watch.state().following).toBeNull();
    expect(went).toEqual([first]);
    stop();
  });

  it("waits for somebody who looks around, and follows nobody to where they are already", () => {
    expect(stepOf([person(ana, null)], ana, first)).toEqual({ type: "stay" });
    expect(stepOf([person(ana, first)], ana, first)).toEqual({ type: "stay" });
    expect(stepOf([person(ana, second)], ana, first)).toEqual({ type: "go", noteId: second });
    expect(stepOf([person(me, second)], me, first)).toEqual({ type: "over" });
  });
});
