import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { newGuest, newNote, startWorld } from "../world.test-support.ts";
import { Provider } from "./provider.test-support.ts";
import { linkTo, textOfNote } from "./world.test-support.ts";

beforeAll(startWorld);
afterEach(() => {
  vi.restoreAllMocks();
});

const RATE = { code: 4529, reason: "rate" };

it("[Y22][Y28] several sockets of one person run out together, and nobody else does", async () => {
  const ana = await newGuest();
  const note = await newNote(ana, "Tea");
  const link = await linkTo(ana, note, "editor");
  const byLink = await Provider.join(note.id, link.token);
  const own: Provider[] = [];
  for (let count = 0; count < 5; count += 1) own.push(await Provider.join(note.id, ana.token));
  const nowMs = Date.now();
  const clock = vi.spyOn(Date, "now").mockReturnValue(nowMs);
  // Each asks for less than one socket may.
  for (const provider of own) for (let asked = 0; asked < 28; asked += 1) provider.askForAll();
  expect(await Promise.race(own.map(({ closed }) => closed))).toEqual(RATE);
  const again = await Provider.open(note.id, ana.token);
  again.askForAll();
  expect(await again.closed).toEqual(RATE);
  byLink.type(" time");
  await byLink.until(() => byLink.updates > 0);
  clock.mockReturnValue(nowMs + 10_000);
  const back = await Provider.join(note.id, ana.token);
  back.type("!");
  await back.until(() => back.updates > 0);
  expect(await textOfNote(ana, note)).toBe("Tea time!");
});
