// Where a browser checks what others signed, and that it does.
import { expect, type Page, test } from "@playwright/test";
import { Reader, readVarint } from "@reed/bytes";
import { decodeDown, encodeDown } from "@reed/protocol";
import { NoteScreen } from "./screens/note-screen.ts";

const HEADER_BYTES = 273;

declare global {
  /** Signatures that the page's own thread checked. */
  var checkedHere: number;
  /** Messages of its Workers: the first says that one is up, the others are answers. */
  var workerMessages: number;
}

async function countChecks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.checkedHere = 0;
    globalThis.workerMessages = 0;
    const { verify } = SubtleCrypto.prototype;
    SubtleCrypto.prototype.verify = function counted(...call) {
      globalThis.checkedHere += 1;
      return verify.apply(this, call);
    };
    globalThis.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        this.addEventListener("message", () => {
          globalThis.workerMessages += 1;
        });
      }
    };
  });
}

/** With another bit in the signature of the first op; null where the frame brings none. */
function tamper(frame: Uint8Array): Uint8Array | null {
  const message = decodeDown(frame);
  if (message.type !== "deliver") return null;
  const [item] = message.items;
  if (item === undefined || item.type === "own") return null;
  const bytes = Uint8Array.from(item.type === "op" ? item.envelope : item.bytes);
  const at = item.type === "op" ? HEADER_BYTES : compactSignatureAt(bytes);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const tampered = item.type === "op" ? { ...item, envelope: bytes } : { ...item, bytes };
  return encodeDown({ ...message, items: [tampered, ...message.items.slice(1)] });
}

/** After the flags, the short key of an author who is known, the time and the position that was seen (wire.md W56). */
function compactSignatureAt(bytes: Uint8Array): number {
  const reader = new Reader(bytes);
  reader.bytes(1 + 4);
  readVarint(reader);
  readVarint(reader);
  return reader.offset;
}

test("what others write is verified in a Worker, and an op with a wrong signature is not taken", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Signed");
  await ana.expectSaved();
  const url = await ana.copyLink("view");

  const mo = await NoteScreen.meet(browser, origin);
  await countChecks(mo.page);
  let isTampering = false;
  let tampered = 0;
  await mo.page.routeWebSocket(/\/socket$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = Buffer.from(message);
      const changed = isTampering ? tamper(frame) : null;
      if (changed !== null) tampered += 1;
      socket.send(Buffer.from(changed ?? frame));
    });
  });
  await mo.open(url);
  await mo.expectText("Signed");
  const answers = (): Promise<number> => mo.page.evaluate(() => globalThis.workerMessages);
  await expect.poll(answers).toBe(1);
  expect(mo.page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual([
    expect.stringMatching(/^\/assets\/verifier\.worker-.*\.js$/),
  ]);
  const before = await mo.page.evaluate(() => globalThis.checkedHere);

  await ana.write(", sealed");
  await mo.expectText("Signed, sealed");
  expect(await answers()).toBeGreaterThan(1);
  expect(await mo.page.evaluate(() => globalThis.checkedHere)).toBe(before);

  isTampering = true;
  await ana.write(" and delivered");
  await ana.expectSaved();
  await expect.poll(() => tampered).toBeGreaterThan(1);
  await mo.expectText("Signed, sealed");
  isTampering = false;
  await mo.expectText("Signed, sealed and delivered");
});
