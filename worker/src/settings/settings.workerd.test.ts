import { encodeDataBody, META_BUCKET, noteRegisters, TEXT_BUCKET } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, beginScene, outcomeOf, outcomes, ownersWire, type Scene } from "../history/history.test-support.ts";
import { join, newGuest, newLink, startWorld, wayOfEditLink } from "../world.test-support.ts";

beforeAll(startWorld);

const NONE = { color: null, icon: null, tags: [], locked: false, preview: null };
const patch = (scene: Scene, body: unknown, as: "owner" | "editor" = "owner"): Promise<Response> =>
  ask(scene, "PATCH", "/settings", { as, body });
const read = async (scene: Scene): Promise<unknown> => (await ask(scene, "GET", "/settings")).json();

describe("settings", () => {
  it("[V15] are written in one op, and each stays until it is changed or taken away", async () => {
    const scene = await beginScene("tea");
    const wire = await ownersWire(scene);
    const before = wire.ledger.head.seq;
    expect(await read(scene)).toEqual(NONE);
    const all = { color: "sand", icon: "👩‍🌾", tags: { add: ["to do", "Δοκιμή/á"] }, locked: true, preview: "title" };
    const set = { ...all, tags: ["to do", "Δοκιμή/á"] };
    expect(await (await patch(scene, all)).json()).toEqual(set);
    await wire.until(() => wire.ledger.head.seq === before + 1);
    expect(noteRegisters.read(wire.ledger.fold(noteRegisters.reducer))).toMatchObject({ color: "sand", locked: true });
    await patch(scene, { color: null, tags: { add: ["new"], remove: ["to do"] } });
    expect(await read(scene)).toEqual({ ...set, color: null, tags: ["new", "Δοκιμή/á"] });
    await patch(scene, { icon: null, tags: { remove: ["new", "Δοκιμή/á"] }, locked: false, preview: null });
    expect(await read(scene)).toEqual(NONE);
  });

  it("[V15] win over a register that a fast clock has left in the future", async () => {
    const scene = await beginScene("tea");
    const wire = await ownersWire(scene);
    const timeUs = (Date.now() + 50_000) * 1000;
    const body = encodeDataBody({ bucket: META_BUCKET, payload: noteRegisters.write({ color: "rose" }, timeUs) });
    expect(await wire.write("data", body, timeUs)).toMatchObject({ type: "ack" });
    expect(await (await patch(scene, { color: "moss" })).json()).toMatchObject({ color: "moss" });
  });

  it("[V15] are changed by editors, lock and preview by owners, and read by readers", async () => {
    const scene = await beginScene("tea");
    const denied = ["401 unauthenticated", "404 not_found", "403 forbidden", "403 forbidden"];
    const change = (body: unknown) => outcomes((as) => ask(scene, "PATCH", "/settings", { as, body }));
    expect(await change({ color: "sky", icon: "🍵", tags: { add: ["a"] } })).toEqual([...denied, "200", "200"]);
    for (const body of [{ locked: false }, { preview: "nothing" }, { color: "rose", locked: true }])
      expect(await change(body)).toEqual([...denied, "403 forbidden", "200"]);
    const readers = ["401 unauthenticated", "404 not_found", "200", "200", "200", "200"];
    expect(await outcomes((as) => ask(scene, "GET", "/settings", { as }))).toEqual(readers);
    expect(await outcomes((as) => ask(scene, "GET", "", { as }))).toEqual(readers);
    expect(await (await ask(scene, "GET", "", { as: "editor" })).json()).toMatchObject({
      id: scene.id,
      role: "editor",
      title: "tea",
      settings: { color: "rose", locked: true },
    });
  });

  it.each([
    {},
    { color: "pink" },
    { color: 7 },
    { icon: "" },
    { icon: "seventeen letters" },
    { icon: ["x"] },
    { tags: ["a"] },
    { tags: {} },
    { tags: { add: [""] } },
    { tags: { add: ["x".repeat(124)] } },
    { tags: { add: ["a\nb"] } },
    { tags: { add: ["\ud800"] } },
    { tags: { add: ["a"], remove: ["a"] } },
    { tags: { add: Array.from({ length: 65 }, (_, index) => `t${index}`) } },
    { locked: "true" },
    { locked: null },
    { preview: "all" },
    { title: "x" },
    { "x-other": 1 },
    [[]],
    "color",
    null,
  ])("[V15] of another form are refused: %j", async (body) => {
    const scene = await beginScene();
    expect(await outcomeOf(await patch(scene, body))).toBe("400 invalid");
    expect(await read(scene)).toEqual(NONE);
  });

  it("[V15] have room for 192 tags", async () => {
    const scene = await beginScene();
    const add = (from: number, count: number) =>
      patch(scene, { tags: { add: Array.from({ length: count }, (_, index) => `tag ${from + index}`) } });
    for (const from of [0, 64, 128]) expect(await outcomeOf(await add(from, 64))).toBe("200");
    expect(await outcomeOf(await add(192, 1))).toBe("409 too_many_settings");
    expect(await outcomeOf(await patch(scene, { color: "sand" }))).toBe("200");
  });
});

describe("the lock", () => {
  it("[V16] keeps everybody but owners from the text, over the socket too", async () => {
    const scene = await beginScene("tea");
    const link = await newLink(scene.ana, scene.id, { role: "editor" });
    const mo = await newGuest("Mo");
    const { linkId, linkCertificate, certificate } = await wayOfEditLink(mo, scene.id, link.url);
    const wire = await join(mo, scene.id, { linkId, linkCertificate });
    await wire.enrol(certificate);
    expect(await wire.type("a")).toMatchObject({ type: "ack" });
    await patch(scene, { locked: true });
    expect(await wire.type("b")).toMatchObject({ type: "nack", code: "locked", class: "never" });
    const owner = await ownersWire(scene);
    expect(await owner.type("c")).toMatchObject({ type: "ack" });
  });
});

describe("registers from a newer program", () => {
  it("[R24] are not taken", async () => {
    const scene = await beginScene();
    const wire = await ownersWire(scene);
    const ahead = noteRegisters.write({ color: "sand" }, 1);
    const at = ahead.lastIndexOf(0x76) + 1; // after the key "v"
    ahead[at] = 2;
    expect(noteRegisters.isAhead(ahead)).toBe(true);
    const write = (bucket: string) => wire.write("data", encodeDataBody({ bucket, payload: ahead }));
    expect(await write(META_BUCKET)).toMatchObject({ type: "nack", code: "register_ahead", class: "never" });
    expect(await write("other")).toMatchObject({ type: "ack" });
    expect(await write(TEXT_BUCKET)).toMatchObject({ type: "nack" });
    expect(await read(scene)).toEqual(NONE);
  });
});
