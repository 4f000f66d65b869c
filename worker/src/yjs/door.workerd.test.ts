import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { issueAccessToken } from "../auth/access-token.ts";
import { configOf } from "../env.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, genesisBy, newGuest, newLink, newNote, problemIn, startWorld } from "../world.test-support.ts";
import { Provider, tokenOf, upgradeYjs } from "./provider.test-support.ts";
import { linkTo, revokeLink, textOfNote } from "./world.test-support.ts";

beforeAll(startWorld);

const HOUR_MS = 3_600_000;

describe("the door for providers", () => {
  it("[Y1] lets in whoever brings an access token or a link, and answers with the protocol's name", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await linkTo(ana, note, "viewer");
    for (const token of [ana.token, link.token]) {
      const { webSocket, headers } = await upgradeYjs(note.id, ["y", `t.${token}`]);
      expect(headers.get("Sec-WebSocket-Protocol")).toBe("y");
      webSocket?.accept();
      webSocket?.close();
      expect((await Provider.join(note.id, token)).text).toBe("Tea");
    }
    expect(await problemIn(await api(`/yjs/${note.id}`))).toBe("426 upgrade_required");
  });

  it("[Y2][Y24] closes at once, for good and with a word, on whoever may not come in", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    const link = await linkTo(ana, note, "viewer");
    const revoked = await linkTo(ana, note, "viewer");
    await revokeLink(ana, note, revoked);
    const session = { userId: ana.userId, sessionId: ana.userId };
    const old = await issueAccessToken(configOf(env).tokens, session, Date.now() - HOUR_MS);
    const closed = async (noteId: string, protocols: readonly string[]) => {
      const { webSocket } = await upgradeYjs(noteId, protocols);
      const { promise, resolve } = Promise.withResolvers<string>();
      webSocket?.addEventListener("close", ({ code, reason }) => resolve(`${code} ${reason}`));
      webSocket?.accept();
      return promise;
    };
    expect(await closed(note.id, ["y"])).toBe("4401 unauthenticated");
    expect(await closed(note.id, [`t.${ana.token}`])).toBe("4401 unauthenticated");
    expect(await closed(note.id, ["y", "t.nonsense"])).toBe("4401 unauthenticated");
    expect(await closed(note.id, ["y", `t.${old.token}`])).toBe("4401 token_expired");
    expect(await closed(note.id, ["y", `t.${mo.token}`])).toBe("4404 not_found");
    expect(await closed(note.id, ["y", "t.AAAAAAAAAAAAAAAA"])).toBe("4404 not_found");
    expect(await closed(note.id, ["y", `t.${revoked.token}`])).toBe("4403 access_ended");
    expect(await closed("not-a-note", ["y", `t.${link.token}`])).toBe("4404 not_found");
  });

  it("[Y2] wakes nothing and writes nothing for an address that nobody founded", async () => {
    const ana = await newGuest();
    const { id } = await genesisBy(ana.key, crypto.getRandomValues(new Uint8Array(16)));
    expect(await (await Provider.open(id, ana.token)).closed).toEqual({ code: 4404, reason: "not_found" });
    const tables = await runInDurableObject(noteObject(env, id), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("[Y3] gives each token the role that it has on our own wire", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "-");
    const [view, edit] = [await linkTo(ana, note, "viewer"), await linkTo(ana, note, "editor")];
    const [linkId] = edit.token.split(".");
    const tokens: readonly (readonly [string, boolean])[] = [
      [ana.token, true],
      [edit.token, true],
      [view.token, false],
      [linkId ?? "", false],
      [`${linkId}.AAAAAAAAAAAAAAAAAAAAAA`, false],
    ];
    for (const [token, mayWrite] of tokens) {
      const before = await textOfNote(ana, note);
      const provider = await Provider.join(note.id, token);
      provider.type("x");
      if (mayWrite) await provider.until(() => provider.updates > 0);
      else await provider.until(() => provider.denials > 0);
      expect(await textOfNote(ana, note)).toBe(mayWrite ? `${before}x` : before);
    }
    expect(await (await Provider.open(note.id, mo.token)).closed).toMatchObject({ code: 4404 });
  });

  it("[Y4] takes no link that counts devices, for a provider has none", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const { url } = await newLink(ana, note.id, { role: "viewer", maxUses: 5 });
    expect(await (await Provider.open(note.id, tokenOf(url))).closed).toEqual({ code: 4403, reason: "device_needed" });
    const open = await linkTo(ana, note, "viewer");
    await Provider.join(note.id, open.token);
    await Provider.join(note.id, open.token);
    const list = await api(`/api/notes/${note.id}/links`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect(await list.json()).toMatchObject({ items: [{ uses: 0 }, { id: open.id, uses: 1, live: 2 }] });
  });

  it("[Y5] asks for an origin that is ours, listed, opaque or none", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const from = async (Origin: string) => upgradeYjs(note.id, ["y", `t.${ana.token}`], { Origin });
    expect(await problemIn(await from("https://elsewhere.test"))).toBe("403 origin_refused");
    for (const origin of ["null", "https://reed.test"]) expect((await from(origin)).status).toBe(101);
  });
});
