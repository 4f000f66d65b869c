// `node bench/card/answers.ts [--asks 200] [--save]`: what a crawler waits for, from the whole Worker under workerd: the page of a share
// link, its picture when it was drawn before, and a picture that 200 ask for at once and nobody has drawn. Every answer is held
// against what it must be; README.md has the numbers.
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { buildApp } from "../../scripts/app.ts";
import { makeNote } from "../lib/reed-client.ts";
import { ROOT, startServer } from "../lib/servers.ts";
import { Latencies } from "../lib/stats.ts";
import { dated, keep } from "./baseline.ts";

const { values } = parseArgs({
  options: { asks: { type: "string", default: "200" }, save: { type: "boolean", default: false } },
});
const CRAWLERS = 200;
const TEXT = "# Cabin weekend\n\nAna drives on Friday.\n\n- [x] Bread\n- [ ] Charcoal\n- [ ] Lamp oil\n";
const PNG = 0x89504e47;

interface Json {
  readonly [key: string]: unknown;
}

async function call(url: string, body: Json, token: string): Promise<Json> {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

/** A new note with a view link: the address of its page, without origin. */
async function sharedPage(url: string, token: string, text: string): Promise<string> {
  const { id } = await call(`${url}/api/notes`, { text }, token);
  const link = await call(`${url}/api/notes/${String(id)}/links`, { role: "viewer" }, token);
  return `/n/${String(id)}/${String(link["id"])}`;
}

async function picture(address: string): Promise<Buffer> {
  const answer = await fetch(address);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200 || bytes.readUInt32BE(0) !== PNG) throw new Error(`${address}: ${answer.status}`);
  return bytes;
}

/** In ms, to a tenth. */
const shown = (times: Latencies) => ({
  p50: Math.round(times.percentile(0.5) * 10) / 10,
  p95: Math.round(times.percentile(0.95) * 10) / 10,
});

buildApp();
const server = await startServer("reed", { assetsDir: path.join(ROOT, "apps/web/dist") });
try {
  const { token } = await makeNote(server.url);
  const page = server.url + (await sharedPage(server.url, token, TEXT));

  const pages = new Latencies();
  let pictureUrl = "";
  for (let ask = 0; ask <= Number(values.asks); ask += 1) {
    const startMs = performance.now();
    const answer = await fetch(page);
    if (ask > 0) pages.add(performance.now() - startMs);
    const html = await answer.text();
    pictureUrl = /og:image" content="[^"]*(\/og[^"]+)"/.exec(html)?.[1] ?? "";
    if (!html.includes("<title>Cabin weekend</title>") || pictureUrl === "")
      throw new Error("not the page of the note");
  }

  const first = await picture(server.url + pictureUrl);
  const kept = new Latencies();
  for (let ask = 0; ask < Number(values.asks); ask += 1) {
    const startMs = performance.now();
    const bytes = await picture(server.url + pictureUrl);
    kept.add(performance.now() - startMs);
    if (!bytes.equals(first)) throw new Error("another picture of the same");
  }

  const crowded = await sharedPage(server.url, token, `${TEXT}- [ ] and a crowd\n`);
  const startMs = performance.now();
  const burst = await Promise.all(
    Array.from({ length: CRAWLERS }, async () => picture(`${server.url}${crowded}.square.png`)),
  );
  const burstMs = performance.now() - startMs;
  const fallback = await picture(`${server.url}/og/fallback.png`);
  const drawn = burst.filter((bytes) => !bytes.equals(fallback));
  if (drawn.some((bytes) => !bytes.equals(drawn[0] ?? fallback)))
    throw new Error("drawn more than once, and otherwise");

  const result = dated({
    asks: Number(values.asks),
    pageFirstByteMs: shown(pages),
    keptPictureMs: shown(kept),
    burstOf200: { lastAnswerMs: Math.round(burstMs), gotThePicture: drawn.length },
  });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (values.save) keep("answers", result);
} finally {
  await server.stop();
}
process.exit(0);
