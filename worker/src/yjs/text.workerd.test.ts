import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { decodeDataBody, decodeOp, encodeControl, hashGrants, userPrincipal } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { sha256 } from "../host/ports.ts";
import { noteObject } from "../routes/note-address.ts";
import { join, newGuest, newNote, type OwnedNote, startWorld } from "../world.test-support.ts";
import { encodeSyncStep1, encodeSyncStep2, encodeUpdate } from "./messages.ts";
import { Provider } from "./provider.test-support.ts";
import { linkTo, logOf, revokeLink, textOfNote } from "./world.test-support.ts";

beforeAll(startWorld);

const EMPTY_VECTOR = Uint8Array.of(0);

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

/** Changes what the providers' sockets carry through hibernation. */
function keepInAttachments(note: OwnedNote, fields: Readonly<Record<string, unknown>>): Promise<void> {
  return runInDurableObject(noteObject(env, note.id), (_, ctx) => {
    for (const socket of ctx.getWebSockets("foreign")) {
      const kept: unknown = socket.deserializeAttachment();
      if (typeof kept === "object") socket.serializeAttachment({ ...kept, ...fields });
    }
  });
}

describe("a provider's text", () => {
  it("[Y6] is what the note has, and then what others write, in the app and in other editors", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    expect([one.text, two.text]).toEqual(["Tea", "Tea"]);
    await wire.type(" at");
    await one.until(() => one.text === "Tea at");
    one.type(" four");
    await two.until(() => two.text === "Tea at four");
    await wire.until(() => wire.text === "Tea at four");
  });

  it("[Y8] is one op of the gateway that says for whom, and by what way", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const provider = await Provider.join(note.id, ana.token);
    provider.type("Hello");
    await provider.until(() => provider.updates > 0);
    const op = decodeOp((await logOf(note)).at(-1) ?? new Uint8Array(), sha256);
    const { bucket, payload } = decodeDataBody(op.body);
    const words = new TextDecoder().decode(payload);
    expect(bucket).toBe("text");
    expect(words).toContain(userPrincipal(ana.userId));
    expect(words).toContain("yjs");
  });

  it("[Y7] is written once, however often a provider repeats itself", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea and biscuits");
    const one = await Provider.join(note.id, ana.token);
    one.doc.getText("text").delete(3, 4);
    one.type("!");
    const witness = await Provider.join(note.id, ana.token);
    await witness.until(() => witness.text === "Tea biscuits!");
    const before = (await logOf(note)).length;
    one.send(encodeSyncStep2(Y.encodeStateAsUpdate(one.doc)));
    one.send(encodeUpdate(Y.encodeStateAsUpdate(one.doc)));
    const again = await Provider.join(note.id, ana.token, copyOf(one.doc));
    expect((await logOf(note)).length).toBe(before);
    again.silently(() => again.doc.getText("text").delete(0, 1));
    again.silently(() => again.type("?"));
    again.send(encodeSyncStep2(Y.encodeStateAsUpdate(again.doc)));
    await one.until(() => one.text === "ea biscuits!?");
    expect((await logOf(note)).length).toBe(before + 1);
    expect(await textOfNote(ana, note)).toBe("ea biscuits!?");
  });

  it("[Y8] may come from several clientIDs after a time offline, and from them again", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await linkTo(ana, note, "editor");
    const first = await Provider.join(note.id, link.token);
    first.close();
    const [second, third] = [copyOf(first.doc), copyOf(first.doc)];
    second.getText("text").insert(3, " for two");
    third.getText("text").insert(0, "Green ");
    first.type("!");
    for (const doc of [second, third]) Y.applyUpdate(first.doc, Y.encodeStateAsUpdate(doc), first);
    const back = await Provider.join(note.id, link.token, first.doc);
    const other = await Provider.join(note.id, ana.token);
    await other.until(() => other.text.length === "Green Tea for two!".length);
    expect(other.text).toBe(back.text);
    const late = await Provider.join(note.id, link.token, second);
    late.type(" Now");
    await other.until(() => other.text.includes(" Now"));
  });

  it("[Y9] ends the socket for good where it goes on under another's clientID, and leaves nothing of the message", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await linkTo(ana, note, "editor");
    const mine = await Provider.join(note.id, ana.token);
    mine.type(" time");
    await mine.until(() => mine.updates > 0);
    const thief = await Provider.join(note.id, link.token);
    const forged = copyOf(thief.doc);
    forged.clientID = mine.doc.clientID;
    forged.getText("text").insert(0, "stolen ");
    thief.doc.getText("text").insert(0, "honest ");
    await mine.until(() => mine.text === "honest Tea time");
    const log = (await logOf(note)).length;
    const both = copyOf(thief.doc);
    both.getText("text").insert(0, "more ");
    Y.applyUpdate(both, Y.encodeStateAsUpdate(forged));
    thief.send(encodeUpdate(Y.encodeStateAsUpdate(both)));
    expect(await thief.closed).toEqual({ code: 4409, reason: "foreign_client" });
    expect((await logOf(note)).length).toBe(log);
    expect(await textOfNote(ana, note)).toBe("honest Tea time");
    mine.type(" still");
    await mine.until(() => mine.updates > 1);
  });

  it("[Y10] ends the socket for good where it breaks the rule of valid text", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const changes: readonly ((doc: Y.Doc) => void)[] = [
      (doc) => doc.getText("text").insert(0, "a\r\nb"),
      (doc) => doc.getText("text").format(0, 1, { bold: true }),
      (doc) => doc.getText("title").insert(0, "x"),
      (doc) => doc.getMap("text2").set("k", 1),
      (doc) => doc.getText("text").insertEmbed(0, { image: 1 }),
    ];
    const witness = await Provider.join(note.id, ana.token);
    for (const change of changes) {
      const provider = await Provider.join(note.id, ana.token);
      change(provider.doc);
      expect(await provider.closed).toEqual({ code: 4422, reason: "invalid" });
    }
    for (const update of [Uint8Array.of(9, 9, 9), new Uint8Array(64).fill(255)]) {
      const provider = await Provider.join(note.id, ana.token);
      provider.send(encodeUpdate(update));
      expect(await provider.closed).toEqual({ code: 4422, reason: "invalid" });
    }
    witness.type("!");
    await witness.until(() => witness.updates > 0);
    expect(await textOfNote(ana, note)).toBe("Tea!");
  });

  it("[Y11] is asked for again where a message stands on what never came", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const provider = await Provider.join(note.id, ana.token);
    provider.silently(() => provider.type("lost and "));
    provider.type("found");
    const other = await Provider.join(note.id, ana.token);
    await other.until(() => other.text === "lost and found");
    provider.silently(() => provider.type("a"));
    const gap = Y.encodeStateVector(provider.doc);
    provider.silently(() => provider.type("b"));
    provider.send(encodeSyncStep2(Y.encodeStateAsUpdate(provider.doc, gap)));
    expect(await provider.closed).toEqual({ code: 4422, reason: "invalid" });
  });

  it("[Y12] of a viewer is refused, not merged, while it reads on; as an editor it is asked for it", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const grant = (role: "viewer" | "editor" | null) =>
      wire.grant([{ principal: userPrincipal(mo.userId), role, key: null, expiresUs: null }]);
    await grant("viewer");
    const viewer = await Provider.join(note.id, mo.token);
    const log = (await logOf(note)).length;
    viewer.type(" mine");
    viewer.type("!");
    viewer.doc.getText("text").delete(0, 1);
    await viewer.until(() => viewer.denials > 0);
    await wire.type(" time");
    await viewer.until(() => viewer.text.includes("time"));
    expect(viewer.denials).toBe(1);
    expect((await logOf(note)).length).toBe(log + 1);
    expect(wire.text).toBe("Tea time");
    await grant("editor");
    await wire.until(() => wire.text.includes("mine!"));
    expect(wire.text).toBe(viewer.text);
    await grant("viewer");
    viewer.type("?");
    await viewer.until(() => viewer.denials > 1);
    expect(await textOfNote(ana, note)).not.toContain("?");
  });

  it("[Y14] ends with the grant or the link that it came by", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    await wire.grant([{ principal: userPrincipal(mo.userId), role: "editor", key: null, expiresUs: null }]);
    const link = await linkTo(ana, note, "editor");
    const [byLink, byGrant] = [await Provider.join(note.id, link.token), await Provider.join(note.id, mo.token)];
    await revokeLink(ana, note, link);
    expect(await byLink.closed).toEqual({ code: 4403, reason: "access_ended" });
    await wire.until(() => wire.ledger.control?.counter === 4);
    await wire.grant([{ principal: userPrincipal(mo.userId), role: null, key: null, expiresUs: null }]);
    await wire.type(" secret");
    expect(await byGrant.closed).toEqual({ code: 4403, reason: "access_ended" });
    expect([byLink.text, byGrant.text]).toEqual(["Tea", "Tea"]);
  });

  it("[Y14] ends at the first message after a link's time is over", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const mo = await newGuest("Mo");
    const expiresUs = Date.now() * 1000 + 400_000;
    await wire.grant([{ principal: userPrincipal(mo.userId), role: "viewer", key: null, expiresUs }]);
    const provider = await Provider.join(note.id, mo.token);
    await new Promise((resolve) => setTimeout(resolve, 600));
    provider.send(encodeSyncStep1(EMPTY_VECTOR));
    expect(await provider.closed).toEqual({ code: 4403, reason: "access_ended" });
  });

  it("[Y13] reaches a provider as one update for all that goes out together", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const [one, two] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    for (const letter of "abcde") {
      one.type(letter);
      await two.until(() => two.text.endsWith(letter));
    }
    const before = two.updates;
    await keepInAttachments(note, { seq: (await logOf(note)).length - 5 });
    await evictDurableObject(noteObject(env, note.id));
    await textOfNote(ana, note);
    await two.until(() => two.updates > before);
    one.type("f");
    await two.until(() => two.text === "abcdef");
    expect(two.updates).toBe(before + 2);
  });

  it("[Y23] goes on after hibernation, and what was missed comes after", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await linkTo(ana, note, "viewer");
    const [one, viewer] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, link.token)];
    await evictDurableObject(noteObject(env, note.id));
    one.type(" time");
    await viewer.until(() => viewer.text === "Tea time");
    await evictDurableObject(noteObject(env, note.id));
    viewer.type("?");
    await viewer.until(() => viewer.denials > 0);
    expect(await textOfNote(ana, note)).toBe("Tea time");
    await evictDurableObject(noteObject(env, note.id));
    await revokeLink(ana, note, link);
    expect(await viewer.closed).toEqual({ code: 4403, reason: "access_ended" });
  });
});

describe("a provider's socket", () => {
  it("[Y23] is sent after a wake what was written since the position that it keeps", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const stub = noteObject(env, note.id);
    const [one, deaf] = [await Provider.join(note.id, ana.token), await Provider.join(note.id, ana.token)];
    deaf.isDeaf = true;
    one.type(" time");
    await one.until(() => one.updates > 0);
    deaf.isDeaf = false;
    await evictDurableObject(stub);
    one.type("!");
    await deaf.until(() => deaf.text === "Tea time!");

    deaf.isDeaf = true;
    one.type("?");
    await one.until(() => one.updates > 2);
    deaf.isDeaf = false;
    await keepInAttachments(note, { seq: -1000 });
    await evictDurableObject(stub);
    one.type("!");
    await deaf.until(() => deaf.text.endsWith("?!"));
    expect(deaf.text).toBe("Tea time!?!");
  });

  it("[Y23][Y24] of an older release is closed for now, and one whose right is over by then for good", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const stub = noteObject(env, note.id);
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const expiresUs = Date.now() * 1000 + 400_000;
    await wire.grant([{ principal: userPrincipal(mo.userId), role: "viewer", key: null, expiresUs }]);
    const guest = await Provider.join(note.id, mo.token);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await evictDurableObject(stub);
    wire.sendRaw(Uint8Array.of(0xff));
    expect(await guest.closed).toEqual({ code: 4403, reason: "access_ended" });
    const old = await Provider.join(note.id, ana.token);
    await keepInAttachments(note, { principal: "nobody" });
    await evictDurableObject(stub);
    await textOfNote(ana, note);
    expect(await old.closed).toEqual({ code: 4503, reason: "restarting" });
  });

  it("[Y24] ends for good when the text is scrubbed, for a document of before holds what must be gone", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea and a secret");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const provider = await Provider.join(note.id, ana.token);
    const { head, control, grants } = wire.ledger;
    const scrub = encodeControl({
      counter: (control?.counter ?? 0) + 1,
      prevControl: control?.opId ?? null,
      changes: [],
      grantsHash: hashGrants(grants, sha256),
      attribution: null,
      act: { type: "generation", from: head, reason: "scrub" },
    });
    expect(await wire.write("control", scrub)).toMatchObject({ type: "ack" });
    expect(await provider.closed).toEqual({ code: 4410, reason: "history_changed" });
    expect((await Provider.join(note.id, ana.token)).text).toBe("");
  });

  it("[Y24] ends for good where the note is full, which takes deletes all the same", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "x".repeat(1_000_000));
    const provider = await Provider.join(note.id, ana.token);
    provider.type("yyy");
    await provider.until(() => provider.updates > 0);
    await runDurableObjectAlarm(noteObject(env, note.id));
    provider.doc.getText("text").delete(0, 1);
    await provider.until(() => provider.updates > 1);
    provider.type("zz");
    expect(await provider.closed).toEqual({ code: 4413, reason: "note_full" });
  });
});

describe("a provider's messages", () => {
  it("[Y21] end the socket where they are none, and are passed over where they are of another type", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const broken: readonly (Uint8Array | string)[] = [
      "hello",
      new Uint8Array(),
      Uint8Array.of(0),
      Uint8Array.of(0, 7, 0),
      Uint8Array.of(0, 0, 5, 1),
      Uint8Array.of(0, 0, 1, 9),
      Uint8Array.of(1, 3, 1, 1, 1),
      Uint8Array.of(1, 5, 255, 255, 255, 255, 15),
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255),
    ];
    for (const message of broken) {
      const provider = await Provider.join(note.id, ana.token);
      provider.send(message);
      expect(await provider.closed, String(message)).toEqual({ code: 4400, reason: "malformed" });
    }
    const provider = await Provider.join(note.id, ana.token);
    for (const message of [Uint8Array.of(2, 0, 0), Uint8Array.of(4, 1), Uint8Array.of(77)]) provider.send(message);
    provider.type("!");
    await provider.until(() => provider.updates > 0);
  });

  it("[Y21] end the socket where they are too big", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const provider = await Provider.join(note.id, ana.token);
    provider.send(new Uint8Array(1024 * 1024 + 1));
    expect(await provider.closed).toEqual({ code: 4413, reason: "too_big" });
    const writer = await Provider.join(note.id, ana.token);
    writer.type("x".repeat(720 * 1024));
    expect(await writer.closed).toEqual({ code: 4413, reason: "too_big" });
  });

  it("[Y22] end the socket for now where they are too many, and what is left comes when it is back", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const script = await Provider.join(note.id, ana.token);
    for (let typed = 0; typed < 100; typed += 1) script.type("x");
    for (let asked = 0; asked < 100; asked += 1) script.send(encodeSyncStep1(EMPTY_VECTOR));
    for (let typed = 0; typed < 100; typed += 1) script.type("x");
    expect(await script.closed).toEqual({ code: 4529, reason: "rate" });
    const back = await Provider.join(note.id, ana.token, script.doc);
    const other = await Provider.join(note.id, ana.token);
    await other.until(() => other.text.length === 200);
    expect(back.text.length).toBe(200);
  });
});
