import { describe, expect, it } from "vitest";
import { encodeDataBody } from "./body.ts";
import { META_BUCKET } from "./registers/note-registers.ts";
import { privateRegisters } from "./registers/private-registers.ts";
import { EDITOR, FOUNDER, grantTo, START_US, World } from "./world.test-support.ts";

async function privateWorld(): Promise<World> {
  const world = await World.empty("private");
  world.append(world.genesis);
  await world.enrol(FOUNDER);
  await world.change(FOUNDER, [grantTo(FOUNDER.principal, "owner")]);
  return world;
}

describe("a log of scope private", () => {
  it("[P6] takes the registers of its scope from its owner, and from nobody else", async () => {
    const world = await privateWorld();
    const body = encodeDataBody({ bucket: META_BUCKET, payload: privateRegisters.write({ theme: "dark" }, START_US) });
    world.append(await world.op(FOUNDER, "data", body));
    expect(privateRegisters.read(world.ledger.fold(privateRegisters.reducer)).theme).toBe("dark");
    await world.enrol(EDITOR);
    expect(world.judge(await world.op(EDITOR, "data", body))).toBe("forbidden");
  });

  it("[P7] refuses text, which a log of scope note takes", async () => {
    const world = await privateWorld();
    expect(world.judge(await world.typed(FOUNDER, 1, "Tea"))).toBe("bucket");
    const note = await World.founded();
    expect(note.judge(await note.typed(FOUNDER, 1, "Tea"))).toBe("accepted");
  });

  it("[P8] refuses every change of grants after the first", async () => {
    const world = await privateWorld();
    for (const grant of [grantTo(EDITOR.principal, "viewer"), { ...grantTo(FOUNDER.principal, "owner"), role: null }]) {
      expect(world.judge(await world.op(FOUNDER, "control", world.control([grant])))).toBe("forbidden");
    }
  });

  it("[P8] goes on through control ops that change no grants", async () => {
    const world = await privateWorld();
    const act = { type: "compliance", isOn: true } as const;
    world.append(await world.op(FOUNDER, "control", world.control([], { act })));
    expect(world.ledger.isCompliant).toBe(true);
  });
});
