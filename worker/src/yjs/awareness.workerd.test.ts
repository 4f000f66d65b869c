import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { toBase64Url } from "@reed/bytes";
import { userPrincipal } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { noteObject } from "../routes/note-address.ts";
import { join, newGuest, newNote, openSocket, startWorld } from "../world.test-support.ts";
import { Awareness } from "./awareness.ts";
import { Provider } from "./provider.test-support.ts";
import { newSession } from "./session.ts";
import { linkTo } from "./world.test-support.ts";

beforeAll(startWorld);

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
const named = (name: string) => ({ user: { name, color: "#30BCED" } });

describe("who is here", () => {
  it("[Y17] is shown across: an editor's user and caret to Reed's people, theirs to other editors", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    const provider = await Provider.join(note.id, ana.token);
    const text = provider.doc.getText("text");
    const position = Y.createRelativePositionFromTypeIndex(text, 2);
    provider.show({ ...named("Kate"), cursor: { anchor: position, head: position } });
    const { connection, payload } = await wire.next("peer_presence");
    const caret = toBase64Url(Y.encodeRelativePosition(position));
    expect(decode(payload)).toEqual({ n: "Kate", c: "#30bced", a: caret, h: caret });

    const late = await join(ana, note.id);
    late.send({ type: "set_presence", payload: encode({ n: "Ana", c: "#102030", a: caret, h: caret, extra: 1 }) });
    await provider.until(() => [...provider.shown.keys()].some((client) => client !== provider.doc.clientID));
    const [client] = [...provider.shown.keys()].filter((id) => id !== provider.doc.clientID);
    const shown = JSON.parse(JSON.stringify(position));
    expect(provider.stateOf(client ?? 0)).toEqual({
      user: { name: "Ana", color: "#102030" },
      cursor: { anchor: { type: null, tname: null, item: shown.item, assoc: 0 }, head: expect.anything() },
    });
    late.close();
    await provider.until(() => provider.stateOf(client ?? 0) === undefined);
    expect(await wire.next("leave")).toEqual({ type: "leave", connection: client });

    provider.close();
    expect(await wire.next("leave")).toEqual({ type: "leave", connection });
  });

  it("[Y17] is a guest of some colour where an editor says nothing of the kind, and no caret where it says nonsense", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    const states: readonly object[] = [
      {},
      { user: "Kate", cursor: 5 },
      { user: { name: 7, color: "red" }, cursor: { anchor: { item: null }, head: {} } },
      { user: { name: "" }, cursor: { anchor: { item: { client: "x", clock: 1 } }, head: null } },
    ];
    for (const state of states) {
      const provider = await Provider.join(note.id, ana.token);
      provider.show(state);
      expect(decode((await wire.next("peer_presence")).payload)).toEqual({
        n: "Guest",
        c: expect.stringMatching(/^#[0-9a-f]{6}$/),
      });
      provider.close();
      await wire.next("leave");
    }
  });

  it("[Y17] is known to newcomers of both kinds, and to editors no presence that can't be read", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const [wire, silent] = [await join(ana, note.id), await join(ana, note.id)];
    wire.send({ type: "set_presence", payload: encode({ n: "Ana", c: "#102030" }) });
    silent.send({ type: "set_presence", payload: Uint8Array.of(1, 2, 3) });
    const first = await Provider.join(note.id, ana.token);
    first.show(named("Kate"));
    await wire.next("peer_presence");
    const second = await Provider.join(note.id, ana.token);
    await second.until(() => second.stateOf(first.doc.clientID) !== undefined);
    const states = [...second.shown.keys()].map((client) => second.stateOf(client));
    expect(states.filter((state) => state !== undefined).length).toBe(2);
    const { peers } = await (await openSocket(ana, note.id)).hello();
    expect(peers.map(({ payload }) => payload.length > 3 && decode(payload))).toEqual(
      expect.arrayContaining([expect.objectContaining({ n: "Ana" }), expect.objectContaining({ n: "Kate" })]),
    );
  });

  it("[Y15] is said of its own clients only: others' are passed over, also as echoes and after they have gone", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    one.show(named("One"));
    const shown = await wire.next("peer_presence");
    await two.until(() => two.stateOf(one.doc.clientID) !== undefined);
    const echo = two.shown.get(one.doc.clientID);
    const forged = { client: one.doc.clientID, clock: 99, state: JSON.stringify(named("Forged")) };
    two.say([forged, { ...forged, state: null }]);
    if (echo !== undefined) two.say([echo]);
    two.say([{ client: shown.connection, clock: 1, state: "{}" }]);
    two.show(named("Two"));
    await one.until(() => one.stateOf(two.doc.clientID) !== undefined);
    expect(two.stateOf(one.doc.clientID)).toEqual(named("One"));
    expect(decode((await wire.next("peer_presence")).payload)).toMatchObject({ n: "Two" });
    one.close();
    await two.until(() => two.stateOf(one.doc.clientID) === undefined);
    await wire.next("leave");
    if (echo !== undefined) two.say([echo]);
    two.show(named("Two again"));
    expect(decode((await wire.next("peer_presence")).payload)).toMatchObject({ n: "Two again" });
    const late = await Provider.join(note.id, ana.token);
    await late.until(() => late.stateOf(two.doc.clientID) !== undefined);
    expect(late.stateOf(one.doc.clientID)).toBeUndefined();
  });

  it("[Y15] holds for each of several clients of one socket, eight at most", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    for (let client = 1; client <= 9; client += 1) one.show({ c: client }, client);
    await two.until(() => two.stateOf(8) !== undefined);
    one.show({ c: 88 }, 8);
    await two.until(() => JSON.stringify(two.stateOf(8)) === '{"c":88}');
    expect([1, 8, 9].map((client) => two.stateOf(client))).toEqual([{ c: 1 }, { c: 88 }, undefined]);
    one.show(null, 1);
    await two.until(() => two.stateOf(1) === undefined);
    one.close();
    await two.until(() => two.stateOf(8) === undefined);
  });

  it("[Y16] is passed over where a state is larger than 1 KiB, or all of a socket's than 2 KiB", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    one.show({ x: "y".repeat(1017) }, 1);
    one.show({ x: "y".repeat(1016) }, 2);
    one.show({ x: "y".repeat(1000) }, 3);
    one.show({ x: "y".repeat(100) }, 4);
    one.show({ x: 1 }, 5);
    await two.until(() => two.stateOf(5) !== undefined);
    expect([1, 2, 3, 4].map((client) => two.stateOf(client) !== undefined)).toEqual([false, true, true, false]);
    two.type("!");
    await one.until(() => one.text === "Tea!");
  });

  it("[Y18] moves at most every tenth of a second, the last word winning", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    let told = 0;
    two.onShown = () => (told += 1);
    for (let moved = 1; moved <= 50; moved += 1) one.show({ ...named("One"), moved });
    await two.until(() => two.shown.get(one.doc.clientID)?.state?.includes('"moved":50') === true);
    expect(told).toBeLessThanOrEqual(4);
    expect(decode((await wire.next("peer_presence")).payload)).toMatchObject({ n: "One" });
  });

  it("[Y19] goes when it is taken back, or with the socket, however that ends", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    one.show(named("One"));
    await two.until(() => two.stateOf(one.doc.clientID) !== undefined);
    one.show(null);
    await two.until(() => two.stateOf(one.doc.clientID) === undefined);
    await wire.next("leave");
    one.show(named("One"));
    await two.until(() => two.stateOf(one.doc.clientID) !== undefined);
    one.send("nonsense");
    await two.until(() => two.stateOf(one.doc.clientID) === undefined);
    expect(await wire.next("leave")).toMatchObject({ type: "leave" });
  });

  it("[Y20][Y23] is renewed when a provider renews itself, also after hibernation, so that nobody fades away", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await linkTo(ana, note, "viewer");
    const wire = await join(ana, note.id);
    wire.send({ type: "set_presence", payload: encode({ n: "Ana", c: "#102030" }) });
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, link.token)];
    one.show(named("One"));
    two.show(named("Two"));
    await two.until(() => two.stateOf(one.doc.clientID) !== undefined && two.shown.size >= 2);
    await one.until(() => one.stateOf(two.doc.clientID) !== undefined && one.shown.size >= 2);
    const clocks = () => [...one.shown].filter(([client]) => client !== one.doc.clientID).map(([, { clock }]) => clock);
    const before = clocks();
    await evictDurableObject(noteObject(env, note.id));
    one.show(named("One"));
    two.show(named("Two"));
    await one.until(() => clocks().every((clock, index) => clock > (before[index] ?? 0)));
    await one.until(() => one.stateOf(one.doc.clientID) !== undefined);
    const { peers } = await (await openSocket(ana, note.id)).hello();
    const names = peers.map(({ payload }) => decode(payload));
    expect(names).toEqual(expect.arrayContaining([expect.objectContaining({ n: "One" })]));
    two.close();
    await one.until(() => one.stateOf(two.doc.clientID) === undefined);
  });

  it("[Y19] answers whoever asks for it", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    one.show(named("One"));
    await two.until(() => two.stateOf(one.doc.clientID) !== undefined);
    two.shown.clear();
    two.send(Uint8Array.of(3));
    await two.until(() => two.shown.size > 0);
    expect(two.stateOf(one.doc.clientID)).toEqual(named("One"));
  });

  it("[Y15] passes to another socket when the first has been silent for 30 s", () => {
    const session = (connection: number) => {
      const principal = userPrincipal("00000000-0000-4000-8000-000000000000");
      const { 0: socket } = new WebSocketPair();
      return newSession(
        { connection, socket, principal, role: "viewer", seq: 0 },
        { holdsLinkSecret: false, session: null },
        0,
      );
    };
    const [dead, back] = [session(1), session(2)];
    const awareness = new Awareness(
      new Map([dead, back].map((one): [number, typeof one] => [one.connection, one])),
      () => false,
    );
    const state = (clock: number) => [{ client: 7, clock, state: "{}" }];
    expect(awareness.take(dead, state(5), 0)).toBe("shown");
    expect(awareness.take(back, state(6), 29_999)).toBe("none");
    expect(awareness.take(back, state(5), 30_000)).toBe("none");
    expect(awareness.take(back, state(6), 30_000)).toBe("shown");
    back.heardMs = 30_000;
    expect(dead.states.size).toBe(0);
    expect(awareness.take(back, state(7), 30_000)).toBe("renewed");
    expect(awareness.take(dead, state(8), 30_001)).toBe("none");
  });
});
