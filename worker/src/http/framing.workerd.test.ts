// Who may frame the app, and from which pages it may be called, where it runs inside Discord and where it does not.
import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { newUsername, PASSWORD } from "../identity/accounts.test-support.ts";
import { newGuest, newNote, ORIGIN, postJson, problemIn, startWorld, upgrade } from "../world.test-support.ts";

const OURS = `https://${env.DISCORD_APPLICATION_ID ?? ""}.discordsays.com`;
const OTHERS = "https://1300000000000000009.discordsays.com";

beforeAll(startWorld);

function ancestorsIn({ headers }: Response): string {
  return /frame-ancestors ([^;]*)/.exec(headers.get("Content-Security-Policy") ?? "")?.[1] ?? "";
}

describe("a page of the server", () => {
  it("[D2] may be framed by itself, by Discord, and by the Activity of the application", async () => {
    for (const path of ["/healthz", "/api/platform", "/n/AAAAAAAAAAAAAAAAAAAAAA"])
      expect(ancestorsIn(await exports.default.fetch(ORIGIN + path))).toBe(
        `'self' https://discord.com https://*.discord.com ${OURS}`,
      );
  });

  it("[D2] may be framed by itself alone on a server that knows no Discord", async () => {
    const names = ["DISCORD_APPLICATION_ID", "DISCORD_CLIENT_SECRET", "DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY"];
    const bare = { ...env, ...Object.fromEntries(names.map((name) => [name, undefined])) };
    const answer = await createApp().request(`${ORIGIN}/api/platform`, {}, bare, createExecutionContext());
    expect(ancestorsIn(answer)).toBe("'self'");
  });

  it("[D2] may be framed by the page that plays Discord on a developer's own machine, and nowhere else", async () => {
    for (const origin of ["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])
      expect(ancestorsIn(await exports.default.fetch(`${origin}/api/platform`))).toContain(" http://localhost:3333");
    for (const origin of ["https://localhost.example", "https://127.0.0.1.example"])
      expect(ancestorsIn(await exports.default.fetch(`${origin}/api/platform`))).not.toContain("localhost:3333");
  });
});

describe("a call from the pages of an Activity", () => {
  const post = (origin: string, path: string, body: unknown) =>
    exports.default.fetch(ORIGIN + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: origin },
      body: JSON.stringify(body),
    });

  it("[D3] is one from our own, if the Activity is this application's", async () => {
    const ours = await post(OURS, "/api/notes", { text: "Mine" });
    expect([ours.status, ours.headers.get("Access-Control-Allow-Origin")]).toEqual([201, OURS]);
    const others = [OTHERS, `${OURS}.evil.example`, OURS.replace("https", "http"), "https://discord.com"];
    for (const origin of others)
      expect(await problemIn(await post(origin, "/api/notes", { text: "Mine" }))).toBe("403 origin_refused");
  });

  it("[D3] opens sockets as one from our own does", async () => {
    const guest = await newGuest();
    const { id } = await newNote(guest);
    const answer = await postJson(`/api/notes/${id}/ticket`, { device: guest.device }, guest.token);
    const { protocols }: { readonly protocols: readonly string[] } = await answer.json();
    expect(await problemIn(await upgrade(id, protocols, { Origin: OTHERS }))).toBe("403 origin_refused");
    const { status, webSocket } = await upgrade(id, protocols, { Origin: OURS });
    webSocket?.accept();
    webSocket?.close(1000);
    expect(status).toBe(101);
  });

  it("[D3] gets no cookie", async () => {
    const body = { username: newUsername(), password: PASSWORD };
    expect(await problemIn(await post(OURS, "/api/accounts", body))).toBe("403 origin_refused");
    const inBody = await post(OURS, "/api/accounts", { ...body, transport: "body" });
    expect([inBody.status, inBody.headers.get("Set-Cookie")]).toEqual([201, null]);
  });
});
