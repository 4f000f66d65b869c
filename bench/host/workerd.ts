// Runs one Worker in one workerd, straight: its socket is workerd's own, with no proxy and no dispatcher between. All contestants
// that are Workers run here. Started by servers.ts with a HostOptions as its argument; prints one line of JSON when it is up.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import type { HostOptions } from "./options.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

interface MiniflareModule {
  readonly Miniflare: new (options: unknown) => Running;
  convertV4MiniflareOptions(options: unknown): unknown;
  readonly Response: typeof Response;
}

interface Running {
  readonly ready: Promise<URL>;
  getD1Database(binding: string): Promise<{ prepare(sql: string): { run(): Promise<unknown> } }>;
  dispose(): Promise<void>;
}

const options = JSON.parse(process.argv[2] ?? "") as HostOptions;
// Wrangler brings it; it is no dependency of Reed's own.
const wrangler = createRequire(createRequire(path.join(ROOT, "package.json")).resolve("wrangler"));
const { Miniflare, convertV4MiniflareOptions, Response: Answer } = wrangler("miniflare") as MiniflareModule;

const kindOf = (name: string): string => (/\.m?js$/.test(name) ? "ESModule" : "Data");

function modules(): readonly unknown[] {
  const names = readdirSync(options.bundleDir).filter((name) => /\.(js|woff2|png|wasm)$/.test(name));
  const others = names.filter((name) => name !== options.main).map((name) => moduleOf(name));
  return [moduleOf(options.main), ...others];
}

function moduleOf(name: string): unknown {
  const file = path.join(options.bundleDir, name);
  const type = name.endsWith(".wasm") ? "CompiledWasm" : kindOf(name);
  return { type, path: file, contents: type === "ESModule" ? readFileSync(file, "utf8") : readFileSync(file) };
}

/** As the platform's static files answer: the file, or the app's page. */
function assetsIn(folder: string): (request: Request) => Response {
  return ({ url }) => {
    const file = path.join(folder, path.normalize(new URL(url).pathname));
    const isThere = existsSync(file) && statSync(file).isFile();
    const headers = isThere ? {} : { "Content-Type": "text/html" };
    return new Answer(readFileSync(isThere ? file : path.join(folder, "index.html")), { headers });
  };
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    port: 0,
    ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: options.stateDir,
    workers: [
      {
        name: "bench",
        modulesRoot: options.bundleDir,
        modules: modules(),
        compatibilityDate: "2026-10-01",
        compatibilityFlags: ["nodejs_compat"],
        durableObjects: Object.fromEntries(
          Object.entries(options.objects).map(([binding, className]) => [binding, { className, useSQLite: true }]),
        ),
        unsafeDirectSockets: [{ host: "127.0.0.1", port: options.port }],
        ...(options.bindings === undefined ? {} : { bindings: options.bindings }),
        ...(options.d1 === undefined ? {} : { d1Databases: options.d1 }),
        ...(options.r2 === undefined ? {} : { r2Buckets: options.r2 }),
        ...(options.assetsDir === undefined ? {} : { serviceBindings: { ASSETS: assetsIn(options.assetsDir) } }),
      },
    ],
  }),
);
await miniflare.ready;
if (options.tables !== undefined) {
  const database = await miniflare.getD1Database("PLATFORM");
  const statements = options.tables.replace(/^--.*$/gm, "").split(";");
  for (const statement of statements) if (statement.trim() !== "") await database.prepare(statement).run();
}
process.stdout.write(`${JSON.stringify({ port: options.port })}\n`);
const stop = (): void => void miniflare.dispose().finally(() => process.exit(0));
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
