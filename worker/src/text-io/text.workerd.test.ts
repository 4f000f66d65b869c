// Text in and out over HTTP: who may, what is taken, and that what is written whole merges with what is typed meanwhile.
import { accountExportLineSchema, versionEntrySchema, versionSchema, writtenSchema } from "@reed/api";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  beginScene,
  outcomeOf,
  outcomes,
  ownersWire,
  type Scene,
  textNow,
  type Who,
} from "../history/history.test-support.ts";
import { api, newNote, SOON, startWorld } from "../world.test-support.ts";

beforeAll(startWorld);

interface Sent {
  readonly as?: Who | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

function send(
  { id, headers }: Scene,
  [method, path]: readonly ["PUT" | "POST", string],
  body: BodyInit,
  { as = "owner", headers: more = {} }: Sent = {},
): Promise<Response> {
  const authorization = headers[as];
  return api(`/api/notes/${id}${path}`, {
    method,
    headers: { ...(authorization === null ? {} : { Authorization: authorization }), ...more },
    body,
  });
}

const put = (scene: Scene, body: BodyInit, sent?: Sent): Promise<Response> => send(scene, ["PUT", "/text"], body, sent);
const append = (scene: Scene, body: BodyInit, sent?: Sent): Promise<Response> =>
  send(scene, ["POST", "/append"], body, sent);

async function seqOf(response: Response): Promise<number> {
  expect(response.status).toBe(200);
  const { seq } = v.parse(writtenSchema, await response.json());
  expect(response.headers.get("ETag")).toBe(`"${seq}"`);
  return seq;
}

describe("text that comes in whole", () => {
  it("[TX1] is written by editors and owners, and by nobody else", async () => {
    const scene = await beginScene("tea");
    const denied = ["401 unauthenticated", "404 not_found", "403 forbidden", "403 forbidden"];
    expect(await outcomes((as) => put(scene, `by ${as}`, { as }))).toEqual([...denied, "200", "200"]);
    expect(await textNow(scene)).toBe("by owner");
    expect(await outcomes((as) => append(scene, `and ${as}`, { as }))).toEqual([...denied, "200", "200"]);
    expect(await textNow(scene)).toBe("by owner\nand editor\nand owner");
  });

  it("[TX1] is refused where the owner has locked it, but for owners", async () => {
    const scene = await beginScene("tea");
    await ask(scene, "PATCH", "/settings", { body: { locked: true } });
    expect(await outcomeOf(await put(scene, "coffee", { as: "editor" }))).toBe("403 locked");
    expect(await outcomeOf(await append(scene, "coffee", { as: "editor" }))).toBe("403 locked");
    expect(await outcomeOf(await append(scene, "coffee"))).toBe("200");
    expect(await textNow(scene)).toBe("tea\ncoffee");
  });

  it("[TX2] is Markdown or plain text in UTF-8, with line ends as notes have them", async () => {
    const scene = await beginScene();
    for (const type of ["text/markdown", "text/plain; charset=utf-8", 'Text/Markdown; Charset="UTF-8"; variant=GFM'])
      expect(await outcomeOf(await put(scene, "x", { headers: { "Content-Type": type } }))).toBe("200");
    await put(scene, "\uFEFFone\r\ntwo\rthree\n\n👩‍🌾");
    expect(await textNow(scene)).toBe("one\ntwo\nthree\n\n👩‍🌾");
    for (const type of [
      "application/json",
      "text/html",
      "text/plain; charset=latin1",
      "multipart/form-data; boundary=x",
    ])
      expect(await outcomeOf(await put(scene, "x", { headers: { "Content-Type": type } }))).toBe("400 invalid");
    // Half a surrogate pair as some programs write it, a byte that begins nothing, and a pair that is cut.
    for (const bytes of [[0xed, 0xa0, 0x80], [0xff], [0xf0, 0x9f, 0x91]])
      expect(await outcomeOf(await put(scene, Uint8Array.from(bytes)))).toBe("400 invalid");
    expect(await textNow(scene)).toBe("one\ntwo\nthree\n\n👩‍🌾");
  });

  it("[TX3] is at most as large as a note, also by what is added to it", async () => {
    const scene = await beginScene("tea");
    expect(await outcomeOf(await put(scene, "x".repeat(1_000_001)))).toBe("413 text_too_large");
    expect(await outcomeOf(await put(scene, "x".repeat(1_048_577)))).toBe("413 body_too_large");
    expect(await outcomeOf(await put(scene, `${"ä\r\n".repeat(249_999)}x\n`))).toBe("200");
    expect(await outcomeOf(await append(scene, "x".repeat(300_000)))).toBe("413 text_too_large");
    expect((await textNow(scene)).length).toBe(2 * 249_999 + 2);
  });

  it("[TX4] changes only what differs: the rest stays whose it was", async () => {
    const scene = await beginScene("milk\nbread\neggs\n");
    expect((await put(scene, "milk\nrye bread\neggs\n", { as: "editor" })).status).toBe(200);
    const kept = v.parse(
      versionEntrySchema,
      await (await ask(scene, "POST", "/history", { body: { name: "now" } })).json(),
    );
    const { runs } = v.parse(versionSchema, await (await ask(scene, "GET", `/history/${kept.id}`)).json());
    expect(runs.map(({ units, by }) => [units, by?.principal.split(":")[0]])).toEqual([
      ["milk\n".length, "user"],
      ["rye ".length, "link"],
      ["bread\neggs\n".length, "user"],
    ]);
  });

  it("[TX4] loses no word of twenty who append at once while somebody types", async () => {
    const scene = await beginScene("list");
    const wire = await ownersWire(scene);
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const answers = await Promise.all([
      ...lines.map((line) => append(scene, line, { as: "editor" }).then(({ status }) => status)),
      wire.type(" of words").then(({ type }) => type),
    ]);
    expect(new Set(answers)).toEqual(new Set([200, "ack"]));
    const text = await textNow(scene);
    for (const line of lines) expect(text.split("\n").map((found) => found.replace(" of words", ""))).toContain(line);
    expect(text.match(/ of words/g)).toHaveLength(1);
    await wire.until(() => wire.text === text);
  });

  it("[TX5] is written only onto the text that If-Match names", async () => {
    const scene = await beginScene("one");
    const first = Number((await ask(scene, "GET", "/text")).headers.get("ETag")?.slice(1, -1));
    const second = await seqOf(await put(scene, "two", { headers: { "If-Match": `"${first}"` } }));
    expect(await outcomeOf(await put(scene, "three", { headers: { "If-Match": `"${first}"` } }))).toBe(
      "412 changed_meanwhile",
    );
    // What is no text leaves it as it was.
    await ask(scene, "PATCH", "/settings", { body: { color: "sand" } });
    const third = await seqOf(await put(scene, "three", { headers: { "If-Match": `"${first}", "${second}"` } }));
    for (const tag of [`W/"${third}"`, '"4711"', '"x"', `"${third + 1}"`])
      expect(await outcomeOf(await put(scene, "no", { headers: { "If-Match": tag } }))).toBe("412 changed_meanwhile");
    for (const tag of ["3", '"', `"${third}`])
      expect(await outcomeOf(await put(scene, "no", { headers: { "If-Match": tag } }))).toBe("400 invalid");
    expect(await outcomeOf(await append(scene, "no", { headers: { "If-Match": `"${second}"` } }))).toBe(
      "412 changed_meanwhile",
    );
    await seqOf(await append(scene, "four", { headers: { "If-Match": "*" } }));
    expect(await textNow(scene)).toBe("three\nfour");
  });

  it("[TX5] lets one of many win who write onto the same text", async () => {
    const scene = await beginScene("one");
    const tag = (await ask(scene, "GET", "/text")).headers.get("ETag") ?? "";
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((each) => put(scene, `by ${each}`, { headers: { "If-Match": tag } })),
    );
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200, 412, 412, 412, 412,
    ]);
  });

  it("[TX6] that is there already writes nothing, and answers the position of the head", async () => {
    const scene = await beginScene("tea");
    const before = await seqOf(await put(scene, "coffee"));
    expect(await seqOf(await put(scene, "coffee"))).toBe(before);
    expect(await seqOf(await append(scene, ""))).toBe(before);
  });

  it("[TX7] begins a line of its own where it is added, and no empty one", async () => {
    const scene = await beginScene();
    for (const line of ["a", "b\n", "c", "c"]) await append(scene, line);
    expect(await textNow(scene)).toBe("a\nb\nc\nc");
  });
});

describe("text that goes out", () => {
  it("[TX8] has its position as its tag, and isn't sent to who has it", async () => {
    const scene = await beginScene("tea");
    const response = await ask(scene, "GET", "/text", { as: "viewer" });
    const tag = response.headers.get("ETag") ?? "";
    expect([await response.text(), response.headers.get("Content-Type")]).toEqual([
      "tea",
      "text/markdown; charset=utf-8",
    ]);
    expect(response.headers.get("Cache-Control")).toBe("private, no-cache");
    const again = (known: string): Promise<Response> =>
      api(`/api/notes/${scene.id}/text`, {
        headers: { Authorization: scene.headers.viewer ?? "", "If-None-Match": known },
      });
    await ask(scene, "PATCH", "/settings", { body: { color: "sand" } });
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`]) expect((await again(known)).status).toBe(304);
    expect(await outcomeOf(await again("nonsense"))).toBe("400 invalid");
    await append(scene, "milk");
    expect([(await again(tag)).status, await textNow(scene)]).toEqual([200, "tea\nmilk"]);
  });

  it("[TX9] goes out whole, as Markdown, as a page and as JSON, to who may read it", async () => {
    const scene = await beginScene('# Tea <script>alert("1")</script>\n\n- [x] milk\n- [link](javascript:alert(1))\n');
    const readers = ["401 unauthenticated", "404 not_found", "200", "200", "200", "200"];
    for (const format of ["", "?format=md", "?format=html", "?format=json"])
      expect(await outcomes((as) => ask(scene, "GET", `/export${format}`, { as }))).toEqual(readers);
    expect(await outcomeOf(await ask(scene, "GET", "/export?format=pdf"))).toBe("400 invalid");
    const page = await ask(scene, "GET", "/export?format=html");
    const html = await page.text();
    expect(page.headers.get("Content-Disposition")).toMatch(/^attachment; filename="Tea script/);
    expect(html).toContain("<h1");
    expect(html).toContain('<input type="checkbox" disabled checked>');
    expect(html).not.toMatch(/<script|javascript:|src=|<link/);
    expect(await (await ask(scene, "GET", "/export")).text()).toBe(await textNow(scene));
    const json: unknown = await (await ask(scene, "GET", "/export?format=json")).json();
    expect(json).toMatchObject({
      id: scene.id,
      role: "owner",
      settings: { locked: false },
      text: await textNow(scene),
    });
  });

  it("[TX10] is copied into a new note of who asks, with its look and without its people", async () => {
    const scene = await beginScene("tea");
    await ask(scene, "PATCH", "/settings", { body: { color: "sand", tags: { add: ["hot"] }, locked: true } });
    const made = ["401 unauthenticated", "404 not_found", "201", "201", "201", "201"];
    expect(await outcomes((as) => ask(scene, "POST", "/duplicate", { as }))).toEqual(made);
    const copy = v.parse(
      v.object({ id: v.string(), role: v.literal("owner"), accessToken: v.string() }),
      await (await ask(scene, "POST", "/duplicate", { as: "viewer" })).json(),
    );
    expect(copy.id).not.toBe(scene.id);
    const headers = { Authorization: `Bearer ${copy.accessToken}` };
    expect(await (await api(`/api/notes/${copy.id}/text`, { headers })).text()).toBe("tea");
    expect(await (await api(`/api/notes/${copy.id}`, { headers })).json()).toMatchObject({
      role: "owner",
      settings: { color: "sand", tags: ["hot"], locked: false },
    });
    expect(
      await outcomeOf(
        await api(`/api/notes/${copy.id}/text`, { headers: { Authorization: scene.headers.owner ?? "" } }),
      ),
    ).toBe("404 not_found");
  });

  it("[TX10] copies nothing for who has no note", async () => {
    const { ana } = await beginScene();
    const { id } = await newNote(ana, "");
    expect(
      await outcomeOf(
        await api(`/api/notes/${id.replace(/^./, "-")}/duplicate`, {
          method: "POST",
          headers: { Authorization: `Bearer ${ana.token}` },
        }),
      ),
    ).toBe("404 not_found");
  });

  it("[TX11] goes out all together, in answers of so many notes as are asked for", async () => {
    const scene = await beginScene("one");
    const headers = { Authorization: scene.headers.owner ?? "" };
    const { id: second } = await newNote(scene.ana, "two");
    const { id: third } = await newNote(scene.ana, "three");
    await api(`/api/notes/${third}`, { method: "DELETE", headers });
    const listed = async (query: string): Promise<string> => (await api(`/api/notes?${query}`, { headers })).text();
    await expect.poll(() => listed("scope=all"), SOON).toContain(second);
    await expect.poll(() => listed("scope=trash"), SOON).toContain(third);
    const read = async (query: string): Promise<readonly v.InferOutput<typeof accountExportLineSchema>[]> => {
      const response = await api(`/api/me/export${query}`, { headers });
      expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "application/x-ndjson"]);
      const lines = (await response.text()).trimEnd().split("\n");
      return lines.map((each) => v.parse(accountExportLineSchema, JSON.parse(each)));
    };
    const texts: unknown[] = [];
    let query = "?limit=1";
    for (let answers = 0; query !== ""; answers += 1) {
      expect(answers).toBeLessThan(6);
      const lines = await read(query);
      expect(lines[0]).toMatchObject({ type: "account", user: { id: scene.ana.userId } });
      for (const each of lines) if (each.type === "note") texts.push([each.text, each.isTrashed, each.role]);
      const end = lines.at(-1);
      query =
        end?.type === "end" && end.nextCursor !== null ? `?limit=1&cursor=${encodeURIComponent(end.nextCursor)}` : "";
    }
    expect(texts).toEqual([
      ["one", false, "owner"],
      ["two", false, "owner"],
      ["three", true, expect.any(String)],
    ]);
    expect((await read("")).filter(({ type }) => type === "note")).toHaveLength(3);
    for (const bad of ["?cursor=x", "?cursor=all.%22", "?limit=0", "?limit=501"])
      expect(await outcomeOf(await api(`/api/me/export${bad}`, { headers }))).toBe("400 invalid");
    expect(await outcomeOf(await api("/api/me/export"))).toBe("401 unauthenticated");
  });
});
