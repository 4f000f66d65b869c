// What an operator and a stranger with a command line are promised, against the real server: the README's six commands do what it
// says, and a platform that was lost comes back from the backup that was taken while people wrote.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { MemoryStore, openHeadlessDevice } from "@reed/sync/headless";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./drill-people.ts";
import { freePort } from "./operator/free-port.ts";
import { rotated } from "./operator/rotated.ts";
import { childEnvironment, ROOT } from "./root.ts";
import { type Server, startServer } from "./server.ts";

const folder = mkdtempSync(path.join(tmpdir(), "reed-operations-"));
const stateDir = path.join(folder, "state");
const backupDir = path.join(folder, "backup");
let port = 0;
let server: Server;

beforeAll(async () => {
  port = await freePort();
  server = await startServer({ port, stateDir });
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** One of the commands of package.json. */
function command(script: string, ...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [path.join("scripts", script), ...args], {
    cwd: ROOT,
    env: childEnvironment(),
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output })));
}

/** The blocks of README.md that begin with `# <name>`. */
function blockOf(name: string): string {
  const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
  const block = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .map((match) => match[1] ?? "")
    .find((text) => text.startsWith(`# ${name}`));
  if (block === undefined) throw new Error(`README.md has no block ${name}`);
  return block;
}

const call = async (
  method: string,
  route: string,
  token: string | null,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> => {
  const response = await fetch(server.url + route, {
    method,
    headers: { "Content-Type": "application/json", ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === "" || !text.startsWith("{") ? { text } : JSON.parse(text);
  if (typeof json !== "object" || json === null) throw new Error("no object");
  return { status: response.status, json: { ...json } };
};

async function startAgain(vars: Readonly<Record<string, string>>): Promise<void> {
  await server.stop();
  server = await startServer({ port, stateDir, vars });
}

/** Which key signed a token. */
function keyIdOf(token: string): string {
  const header: unknown = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
  return v.parse(v.object({ kid: v.string() }), header).kid;
}

describe("README's commands", () => {
  it.skipIf(process.platform === "win32")(
    "make a note, share it, find it and take it back, as they stand there",
    async () => {
      const script = blockOf("a note, from beginning to end").replaceAll("http://localhost:8787", server.url);
      const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
        encoding: "utf8",
        cwd: folder,
      });
      expect(status, stdout + stderr).toBe(0);
      const lines = stdout.trim().split("\n");
      expect(lines).toContain("# Cabin weekend");
      expect(lines.join("\n")).toContain("Cabin weekend");
      expect(lines.at(-1)).toMatch(/^40[134]$/);
    },
  );
});

describe("a backup of the platform", () => {
  it("is taken under writes, brings everything back when all is lost, and who knows more loses nothing", async () => {
    const account = await call("POST", "/api/accounts", null, {
      username: "ana.b",
      password: "a long password",
      transport: "body",
    });
    expect(account.status).toBe(201);
    const token = String(account.json["accessToken"]);
    const other = await call("POST", "/api/accounts", null, {
      username: "mo.b",
      password: "another password",
      transport: "body",
    });
    const { user: mo } = other.json as { readonly user: { readonly id: string } };
    const { json: note } = await call("POST", "/api/notes", token, { text: "# Kept\n" });
    const noteId = String(note["id"]);
    expect((await call("PUT", `/api/notes/${noteId}/members/${mo.id}`, token, { role: "editor" })).status).toBeLessThan(
      300,
    );
    const { json: link } = await call("POST", `/api/notes/${noteId}/links`, token, { role: "editor", name: "friends" });
    const url = new URL(String(link["url"]));
    const reference = { noteId, linkId: String(link["id"]), secret: url.hash.slice(1) };

    const device = new MemoryStore();
    let open = (await openHeadlessDevice(server.url, device)).open(reference);
    await until(open, "the note is there", () => open.text.toString() === "# Kept\n" && open.status().isLoaded);
    const writer = { isOver: false };
    const writing = (async () => {
      for (let word = 0; !writer.isOver; word += 1) {
        open.text.insert(open.text.length, `${word};`);
        open.flush();
        await sleep(20);
      }
    })();
    const backedUp = await command("backup.ts", "--to", backupDir, "--url", server.url);
    expect(backedUp.status, backedUp.output).toBe(0);
    writer.isOver = true;
    await writing;
    open.text.insert(open.text.length, "after the backup");
    open.flush();
    await until(open, "all is saved", () => open.status().save === "Saved");
    const text = open.text.toString();
    open.close();
    expect((await command("backup.ts", "--to", backupDir, "--url", server.url)).output).toContain("a backup already");
    expect(existsSync(path.join(backupDir, "notes", `${noteId}.ndjson.gz`))).toBe(true);

    await server.stop();
    rmSync(stateDir, { recursive: true });
    const restored = await command("restore.ts", "--from", backupDir, "--persist-to", stateDir);
    expect(restored.status, restored.output).toBe(0);
    server = await startServer({ port, stateDir });

    const session = await call("POST", "/api/session", null, {
      username: "ana.b",
      password: "a long password",
      transport: "body",
    });
    expect(session.status).toBe(200);
    const again = String(session.json["accessToken"]);
    const known = await call("GET", `/api/notes/${noteId}/text`, again);
    expect(String(known.json["text"])).toMatch(/^# Kept\n(?:\d+;)*$/);
    const members = await call("GET", `/api/notes/${noteId}/members`, again);
    expect(JSON.stringify(members.json)).toContain(mo.id);
    const links = await call("GET", `/api/notes/${noteId}/links`, again);
    expect(JSON.stringify(links.json)).toContain(url.href.slice(server.url.length));
    expect(JSON.stringify((await call("GET", "/api/notes?scope=all", again)).json)).toContain(noteId);

    open = (await openHeadlessDevice(server.url, device)).open(reference);
    await until(open, "the device says what happened", () => open.status().problem === "restored");
    expect(open.text.toString()).toBe(text);
    open.confirmRestore();
    await until(open, "all is saved again", () => open.status().save === "Saved");
    open.close();
    expect((await call("GET", `/api/notes/${noteId}/text`, again)).json["text"]).toBe(text);

    const schema = await command("operate.ts", "--url", server.url, "migrate");
    expect(schema.output).toMatch(/^[1-9]\d* objects up to date, \d+ that hold nothing, 0 behind$/m);
    const audit = await command("operate.ts", "--url", server.url, "audit");
    expect(audit.output).toContain("restore");
    const sql = await command("operate.ts", "--url", server.url, "sql", `note:${noteId}`, "DELETE FROM log");
    expect(sql.status).not.toBe(0);
  }, 300_000);
});

describe("new keys", () => {
  it("keep the old one for what it signed, and no older ones than two", () => {
    const vars = "A=1\nTOKEN_SEED=old\nTOKEN_SEED_PREVIOUS=older,oldest\nB=2\n";
    expect(rotated(vars, "new")).toBe("A=1\nB=2\nTOKEN_SEED=new\nTOKEN_SEED_PREVIOUS=old,older\n");
    expect(rotated("TOKEN_SEED=old", "new")).toBe("TOKEN_SEED=new\nTOKEN_SEED_PREVIOUS=old\n");
    expect(() => rotated("A=1\n", "new")).toThrow("TOKEN_SEED");
  });

  it("come while people write: nobody is signed out, and nothing is lost", async () => {
    const signedUp = await call("POST", "/api/accounts", null, {
      username: "rita.k",
      password: "a long password",
      transport: "body",
    });
    const token = String(signedUp.json["accessToken"]);
    const { json: note } = await call("POST", "/api/notes", token, { text: "# Kept\n" });
    const noteId = String(note["id"]);
    const { json: link } = await call("POST", `/api/notes/${noteId}/links`, token, { role: "editor" });
    const secret = new URL(String(link["url"])).hash.slice(1);
    const device = await openHeadlessDevice(server.url);
    const open = device.open({ noteId, linkId: String(link["id"]), secret });
    await until(open, "the note is there", () => open.status().isLoaded && open.text.length > 0);
    const writer = { isOver: false };
    const writing = (async () => {
      for (let word = 0; !writer.isOver; word += 1) {
        open.text.insert(open.text.length, `${word};`);
        await sleep(50);
      }
    })();

    const keyFile = readFileSync(path.join(ROOT, ".dev.vars"), "utf8");
    const old = /^TOKEN_SEED=(.*)$/m.exec(keyFile)?.[1] ?? "";
    const vars = { TOKEN_SEED: randomBytes(32).toString("base64url") };
    await startAgain({ ...vars, TOKEN_SEED_PREVIOUS: old });
    expect((await call("GET", "/api/me", token)).status).toBe(200);
    const refreshed = await call("POST", "/api/session/refresh", null, {
      refreshToken: signedUp.json["refreshToken"],
    });
    const newToken = String(refreshed.json["accessToken"]);
    expect(keyIdOf(newToken)).not.toBe(keyIdOf(token));
    const known = JSON.stringify((await call("GET", "/.well-known/jwks.json", null)).json);
    expect([keyIdOf(token), keyIdOf(newToken)].filter((id) => known.includes(id))).toHaveLength(2);
    await until(open, "what was written meanwhile is saved", () => open.status().save === "Saved");

    await startAgain(vars);
    expect((await call("GET", "/api/me", token)).status).toBe(401);
    expect((await call("GET", "/api/me", newToken)).status).toBe(200);
    writer.isOver = true;
    await writing;
    await until(open, "all is saved", () => open.status().save === "Saved");
    const text = open.text.toString();
    open.close();
    expect(text).toMatch(/^# Kept\n0;1;2;/);
    expect((await call("GET", `/api/notes/${noteId}/text`, newToken)).json["text"]).toBe(text);
  }, 120_000);
});
