// The proxy against a small application: what goes through, what is replaced, what is dropped.
import { createServer, request, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOn, stopServer } from "./http.ts";
import { activityPolicy, withNonce } from "./policy.ts";
import { type ProxyServer, startProxy } from "./proxy.ts";

const HTML = '<script>1</script><script type="module" src="/app.js"></script><script defer>2</script>';
let application: Server;
let proxy: ProxyServer;
let origin = "";

beforeAll(async () => {
  application = createServer((incoming, outgoing) => {
    const isHtml = incoming.url?.startsWith("/page") === true;
    outgoing.setHeader("Content-Type", isHtml ? "text/html; charset=utf-8" : "application/json");
    outgoing.setHeader("Cache-Control", "public, max-age=60");
    outgoing.setHeader("ETag", '"1"');
    outgoing.setHeader("Content-Security-Policy", "default-src 'none'");
    outgoing.setHeader("Set-Cookie", [
      "dropped=1; Path=/; SameSite=Lax; Secure",
      "kept=1; Path=/; Secure; SameSite=None; Partitioned",
    ]);
    const { url, method, headers } = incoming;
    let body = "";
    incoming.on("data", (part: Buffer) => {
      body += part.toString();
    });
    incoming.on("end", () => outgoing.end(isHtml ? HTML : JSON.stringify({ url, method, headers, body })));
  });
  application.on("upgrade", (incoming, socket: Duplex) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Path: ${incoming.url}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  const port = await listenOn(application, 0, "127.0.0.1");
  proxy = await startProxy({ appUrl: `http://127.0.0.1:${port}` });
  origin = `http://127.0.0.1:${proxy.port}`;
});

afterAll(async () => {
  await proxy.stop();
  await stopServer(application);
});

describe("the proxy", () => {
  it("passes requests on with their body, query and Origin, under both prefixes", async () => {
    const init = { method: "POST", body: "a body", headers: { Origin: origin, Authorization: "Bearer x" } };
    for (const path of ["/api/notes?x=1", "/.proxy/api/notes?x=1"]) {
      const answered: unknown = await (await fetch(origin + path, init)).json();
      expect(answered).toMatchObject({
        url: "/api/notes?x=1",
        method: "POST",
        body: "a body",
        headers: { origin, authorization: "Bearer x" },
      });
    }
    expect(await (await fetch(`${origin}/.proxyish`)).json()).toMatchObject({ url: "/.proxyish" });
    expect(await (await fetch(`${origin}/.proxy`)).json()).toMatchObject({ url: "/" });
  });

  it("replaces the policy of a page, marks its inline scripts and lets nobody keep it", async () => {
    const response = await fetch(`${origin}/page`);
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(policy).toBe(activityPolicy({ origin, nonce, hasWorkers: true }));
    expect(policy).toContain(`connect-src ${origin}/ ws://127.0.0.1:${proxy.port}/`);
    const marked = `<script nonce="${nonce}">1</script><script type="module" src="/app.js"></script><script nonce="${nonce}" defer>2</script>`;
    expect(await response.text()).toBe(marked);
    expect([response.headers.get("Cache-Control"), response.headers.get("ETag")]).toEqual([null, null]);
    const again = await fetch(`${origin}/page`);
    expect(again.headers.get("Content-Security-Policy")).not.toBe(policy);
    expect((await fetch(`${origin}/page`, { method: "HEAD" })).status).toBe(200);
  });

  it("leaves the caching of everything else alone, and keeps only cookies that a frame could", async () => {
    const response = await fetch(`${origin}/app.js`);
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=60");
    expect(response.headers.getSetCookie()).toEqual(["kept=1; Path=/; Secure; SameSite=None; Partitioned"]);
  });

  it("passes sockets on, both ways, until they are cut", async () => {
    const asked = request(`${origin}/.proxy/yjs/1?ticket=x`, {
      headers: { Connection: "Upgrade", Upgrade: "websocket" },
    });
    asked.end();
    const [path, socket] = await new Promise<[unknown, Duplex]>((resolve) => {
      asked.once("upgrade", (answer, far) => resolve([answer.headers["x-path"], far]));
    });
    expect(path).toBe("/yjs/1?ticket=x");
    const echoed = new Promise<string>((resolve) => {
      socket.once("data", (data: Buffer) => resolve(data.toString()));
    });
    socket.write("hello");
    expect(await echoed).toBe("hello");
    const closed = new Promise((resolve) => {
      socket.on("error", () => undefined).once("close", resolve);
    });
    proxy.cutSockets();
    await closed;
  });

  it("fails as it is told", async () => {
    proxy.failWith(503);
    expect((await fetch(`${origin}/app.js`)).status).toBe(503);
    proxy.failWith(null);
    expect((await fetch(`${origin}/app.js`)).status).toBe(200);
  });

  it("forbids workers where it is told to", async () => {
    const policy = async (): Promise<string | null> =>
      (await fetch(`${origin}/page`)).headers.get("Content-Security-Policy");
    expect(await policy()).not.toContain("worker-src");
    proxy.allowWorkers(false);
    expect(await policy()).toContain("worker-src 'none'");
    proxy.allowWorkers(true);
  });

  it("says so when the application is away", async () => {
    const alone = await startProxy({ appUrl: "http://127.0.0.1:9" });
    expect((await fetch(`http://127.0.0.1:${alone.port}/`)).status).toBe(502);
    await alone.stop();
  });
});

describe("the nonce", () => {
  it("is on no script that has a source, however that is written", () => {
    const html = "<SCRIPT SRC = 'a.js'></SCRIPT><script\n src=b.js></script><script data-x='1'>1</script>";
    expect(withNonce(html, "n")).toBe(html.replace("<script data-x", '<script nonce="n" data-x'));
  });
});
