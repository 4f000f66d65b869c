// Real editing sessions, replayed through the real server over real sockets by replicas without a browser.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import type { OpenNote } from "@reed/sync";
import { openHeadlessDevice } from "@reed/sync/headless";
import * as Y from "yjs";

type Patch = readonly [position: number, deleted: number, inserted: string];

interface SequentialTrace {
  readonly startContent: string;
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly Patch[] }[];
}

interface ConcurrentTrace {
  readonly endContent: string;
  readonly txns: readonly {
    readonly agent: number;
    readonly parents: readonly number[];
    readonly patches: readonly Patch[];
  }[];
}

const TRACES = path.resolve(import.meta.dirname, "..", process.env["REED_DATA"] ?? "../shared/data", "traces");

function load(name: string): string | null {
  const file = path.join(TRACES, `${name}.json.gz`);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString("utf8") : null;
}

function patch(text: Y.Text, patches: readonly Patch[]): void {
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(position, deleted);
    if (inserted !== "") text.insert(position, inserted);
  }
}

async function until(note: OpenNote, fact: () => boolean): Promise<void> {
  if (fact()) return;
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (fact()) {
        stop();
        resolve();
      }
    };
    const stop = note.subscribe(check);
    check();
  });
}

/** Two devices at one note: the owner's, and one that came by an edit link. */
async function twoDevices(baseURL: string): Promise<readonly [OpenNote, OpenNote]> {
  const ana = await openHeadlessDevice(baseURL);
  const reference = await ana.createNote();
  const first = ana.open(reference);
  first.text.insert(0, " ");
  first.flush();
  await until(first, () => first.status().save === "Saved");
  const { url } = await ana.createLink(reference.noteId, "editor");
  const { pathname, hash } = new URL(url);
  const [, , noteId = "", linkId = ""] = pathname.split("/");
  const mo = await openHeadlessDevice(baseURL);
  const second = mo.open({ noteId, linkId, secret: hash.slice(1) });
  await until(second, () => second.text.toString() === " " && second.status().save === "Saved");
  first.text.delete(0, 1);
  first.flush();
  await until(second, () => second.text.length === 0);
  return [first, second];
}

const rustcode = load("rustcode");
const friends = load("friendsforever");

test.describe("recorded sessions", () => {
  test.setTimeout(240_000);

  test("all of rustcode, one replica writing and one following, ends as it ended (data)", async ({ baseURL }) => {
    test.skip(rustcode === null, "the traces are not on this machine");
    const trace = JSON.parse(rustcode ?? "") as SequentialTrace;
    const [writer, follower] = await twoDevices(baseURL ?? "");
    if (trace.startContent !== "") writer.text.insert(0, trace.startContent);
    let count = 0;
    for (const { patches } of trace.txns) {
      patch(writer.text, patches);
      count += 1;
      if (count % 50 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    writer.flush();
    expect(writer.text.toString()).toBe(trace.endContent);
    await until(writer, () => writer.status().save === "Saved");
    await until(
      follower,
      () => follower.text.length === trace.endContent.length && follower.text.toString() === trace.endContent,
    );
    writer.close();
    follower.close();
  });

  test("both people of friendsforever, each seeing what they saw then, end with the same text (data)", async ({
    baseURL,
  }) => {
    test.skip(friends === null, "the traces are not on this machine");
    const trace = JSON.parse(friends ?? "") as ConcurrentTrace;
    const replicas = await twoDevices(baseURL ?? "");
    // What each person had on the screen at each moment: their replica may already hold more of the other's words than they had seen.
    const screens = replicas.map((replica, agent) => {
      const screen = new Y.Doc();
      // Two inserts at one place are ordered by these numbers, and the recording ordered them by agent.
      screen.clientID = 1 + agent;
      Y.applyUpdate(screen, Y.encodeStateAsUpdate(replica.text.doc ?? new Y.Doc()));
      return screen;
    });
    const updates: Uint8Array[] = [];
    const clocks: number[] = [];
    const seen = [-1, -1];
    for (const [index, { agent, parents, patches }] of trace.txns.entries()) {
      const screen = screens[agent];
      const replica = replicas[agent];
      const other = replicas[1 - agent];
      const otherScreen = screens[1 - agent];
      if (screen === undefined || replica === undefined || other === undefined || otherScreen === undefined)
        throw new Error("two agents only");
      const newest = parents.filter((parent) => trace.txns[parent]?.agent !== agent).at(-1) ?? -1;
      const known = seen[agent] ?? -1;
      if (newest > known) {
        other.flush();
        const clock = clocks[newest] ?? 0;
        const doc = replica.text.doc ?? new Y.Doc();
        await until(replica, () => Y.getState(doc.store, otherScreen.clientID) >= clock);
        for (let at = known + 1; at <= newest; at += 1) {
          const update = trace.txns[at]?.agent === agent ? undefined : updates[at];
          if (update !== undefined) Y.applyUpdate(screen, update);
        }
        seen[agent] = newest;
      }
      const written: Uint8Array[] = [];
      const keep = (update: Uint8Array): number => written.push(update);
      screen.on("update", keep);
      screen.transact(() => patch(screen.getText("text"), patches));
      screen.off("update", keep);
      for (const update of written) Y.applyUpdate(replica.text.doc ?? new Y.Doc(), update, "screen");
      const [only] = written;
      if (only !== undefined) updates[index] = only;
      clocks[index] = Y.getState(screen.store, screen.clientID);
    }
    for (const replica of replicas) replica.flush();
    for (const replica of replicas) {
      await until(replica, () => replica.status().save === "Saved" && replica.text.toString() === trace.endContent);
      expect(replica.text.toString()).toBe(trace.endContent);
      replica.close();
    }
  });
});
