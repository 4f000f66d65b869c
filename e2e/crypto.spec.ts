// The verdict over a signature and the keeping of a device key, in a real browser: packages/crypto as one script in an
// otherwise empty page. No server is asked.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { expect, type Page, test } from "@playwright/test";
import { build } from "vite";

const ROOT = resolve(import.meta.dirname, "..");
const VECTORS = resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data", "vectors");
const PAGE = "https://crypto.invalid/";

function load(file: string): string | null {
  const path = resolve(VECTORS, file);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** packages/crypto and its test support as a script that is one expression. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    root: ROOT,
    build: {
      write: false,
      minify: false,
      lib: {
        entry: resolve(ROOT, "packages/crypto/src/in-browser.test-support.ts"),
        formats: ["iife"],
        name: "reedCrypto",
      },
    },
  });
  const [result] = [built].flat();
  if (result === undefined || !("output" in result)) throw new Error("vite built nothing");
  return `(() => { ${result.output[0].code}; return reedCrypto; })()`;
}

async function openEmptyPage(page: Page): Promise<void> {
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto(PAGE);
}

let script: string;

test.beforeAll(async () => {
  script = await bundle();
});

test("a browser judges every signature as Node does, by WebCrypto and by recomputing (data)", async ({ page }) => {
  const vectors = [load("wycheproof-ed25519_test.json"), load("ed25519-zip215.json")];
  test.skip(vectors.includes(null), `no vectors in ${VECTORS}`);
  const call = `${script}.judgeAll(...${JSON.stringify(vectors)})`;
  await openEmptyPage(page);
  const inBrowser: unknown = await page.evaluate(call);
  const inNode: unknown = await runInThisContext(call);
  expect(inBrowser).toEqual(inNode);
  expect(inBrowser).toMatchObject({ wrong: [], judgements: { length: 12 + 151 + 196 } });
});

test("a browser agrees with the rule on every case that splits other verifiers", async ({ page }) => {
  await openEmptyPage(page);
  expect(await page.evaluate(`${script}.judgeAll(null, null)`)).toMatchObject({
    wrong: [],
    judgements: { length: 12 },
  });
});

test("a device key signs after IndexedDB kept it, and can't be exported", async ({ page }) => {
  await openEmptyPage(page);
  const store = `(handle) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("keys", 1);
    opening.onerror = reject;
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("keys", "readwrite");
      const keys = transaction.objectStore("keys");
      keys.put(handle, "device");
      const reading = keys.get("device");
      transaction.onerror = reject;
      transaction.oncomplete = () => resolve(reading.result);
    };
  })`;
  expect(await page.evaluate(`${script}.storeDeviceKey(${store})`)).toEqual({ signs: true, isExtractable: false });
});
