import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { join, newGuest, newNote, startWorld } from "../world.test-support.ts";
import { Provider } from "./provider.test-support.ts";
import { textOfNote } from "./world.test-support.ts";

beforeAll(startWorld);

const RESTARTING = { code: 4503, reason: "restarting" };

/** A provider whose wait is half of what its note is drained over. */
async function secondInRoom() {
  const ana = await newGuest();
  const note = await newNote(ana, "Tea");
  await join(ana, note.id);
  const provider = await Provider.join(note.id, ana.token);
  return { ana, note, provider, stub: noteObject(env, note.id) };
}

describe("providers of a note that is drained", () => {
  it("[Y27] end one after the other, with a code by which they come back", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const providers = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    const ends: number[] = [];
    for (const [index, { closed }] of providers.entries()) void closed.then(() => ends.push(index));
    await noteObject(env, note.id).drain(400);
    expect(await Promise.all(providers.map(({ closed }) => closed))).toEqual([RESTARTING, RESTARTING]);
    expect(ends).toEqual([0, 1]);
    const back = await Provider.join(note.id, ana.token);
    back.type(" time");
    await back.until(() => back.updates > 0);
    expect(await textOfNote(ana, note)).toBe("Tea time");
  });

  it("[Y27] write and read until then", async () => {
    const { ana, note, provider, stub } = await secondInRoom();
    await stub.drain(600_000);
    for (const [index, word] of [" time", ", at five"].entries()) {
      provider.type(word);
      await provider.until(() => provider.updates > index);
      expect(await textOfNote(ana, note)).toContain(word);
    }
    const aMoment = new Promise((resolve) => setTimeout(() => resolve("open"), 500));
    expect(await Promise.race([provider.closed, aMoment])).toBe("open");
  });

  it("[Y27] are held up by no drain that comes after", async () => {
    const { provider, stub } = await secondInRoom();
    await stub.drain(200);
    await stub.drain(600_000);
    expect(await provider.closed).toEqual(RESTARTING);
  });

  it("[Y23][Y27] end also where the memory of the note's object goes in between", async () => {
    const { ana, note, provider, stub } = await secondInRoom();
    // As a drain has left it; a drain's own timer would outlive the eviction here.
    await runInDurableObject(stub, (_, state) => {
      for (const socket of state.getWebSockets()) {
        const kept: unknown = socket.deserializeAttachment();
        if (typeof kept === "object" && kept !== null && "leaveAtMs" in kept)
          socket.serializeAttachment({ ...kept, leaveAtMs: Date.now() + 500 });
      }
    });
    await evictDurableObject(stub);
    expect(await textOfNote(ana, note)).toBe("Tea");
    expect(await provider.closed).toEqual(RESTARTING);
  });
});
