// Who may write what a chat channel was given: those who are in it, and only over the socket by which they came (docs/spec/discord.md).
import { channelPrincipal, encodeEnrol, type Op } from "@reed/log";
import { describe, expect, it } from "vitest";
import {
  type Actor,
  certificateFor,
  EDITOR,
  FOUNDER,
  grantTo,
  STRANGER,
  VIEWER,
} from "../../log/src/world.test-support.ts";
import { Host } from "./room.test-support.ts";
import { roleOfVisitor } from "./session.ts";

const CHANNEL = channelPrincipal("175928847299117063");
const OTHER = channelPrincipal("175928847299117064");
const asOwner = { by: FOUNDER.principal, via: "discord", session: null } as const;

/** A note that the channel may edit. */
async function givenHost(role: "viewer" | "editor" = "editor"): Promise<Host> {
  const host = await Host.founded();
  await host.room.changeGrants([grantTo(CHANNEL, role)], asOwner);
  return host;
}

/** A moment later: an author's clock goes on with each op. */
function later(host: Host): Host["pen"] {
  host.pass(1);
  host.pen.nowUs = host.nowUs;
  return host.pen;
}

/** Enrols as the channel over a socket that came through it, and writes `client`'s first letter. */
async function enrol(host: Host, connection: number, { signer }: Actor, client: number): Promise<Op> {
  const actor = { signer, principal: CHANNEL };
  await host.push(connection, await later(host).op(actor, "enrol", encodeEnrol([await certificateFor(actor)])));
  const op = await later(host).typed(actor, client, "a");
  await host.push(connection, op);
  return op;
}

/** What comes of a letter that `client` types. */
async function typing(host: Host, connection: number, actor: Actor, client: number): Promise<readonly string[]> {
  host.take();
  await host.push(connection, await later(host).typed(actor, client, "a"));
  return answers(host, connection);
}

/** How the ops that were pushed since the last call ended. */
const answers = (host: Host, connection: number): readonly string[] =>
  host.got(connection).flatMap((message) => {
    if (message.type === "ack") return message.ops.map(() => "ack");
    return message.type === "nack" ? [message.code] : [];
  });

describe("a visitor who came through a channel", () => {
  it("[D38] has what the channel was given, if user and link give no more", async () => {
    const host = await givenHost();
    const { ledger } = host.room;
    if (ledger === null) throw new Error("no ledger");
    const roleOf = (actor: Actor, channel = CHANNEL) =>
      roleOfVisitor(host.visitor(actor, { channel }), ledger, host.nowUs);
    expect([roleOf(STRANGER), roleOf(VIEWER), roleOf(FOUNDER)]).toEqual(["editor", "editor", "owner"]);
    expect([roleOf(STRANGER, OTHER), roleOf(VIEWER, OTHER)]).toEqual([null, "viewer"]);
    await host.room.changeGrants([grantTo(CHANNEL, "viewer")], asOwner);
    expect([roleOf(STRANGER), roleOf(EDITOR)]).toEqual(["viewer", "editor"]);
  });

  it("[D38] is let in, enrols as the channel, writes, and is out when the channel loses the note", async () => {
    const host = await givenHost();
    await host.join(1, STRANGER, {}, { channel: CHANNEL });
    await enrol(host, 1, STRANGER, 7);
    expect(answers(host, 1)).toEqual(["ack", "ack"]);
    await host.room.changeGrants([grantTo(CHANNEL, null)], asOwner);
    expect(host.take()).toContainEqual({ type: "closed", connection: 1, reason: "access_ended" });
  });

  it("[D38] still has it when the room has lost its memory", async () => {
    const host = await givenHost();
    await host.join(1, STRANGER, {}, { channel: CHANNEL });
    const kept = host.kept.get(1);
    if (kept === undefined) throw new Error("the session was not kept");
    host.reopen();
    host.room.resume(kept);
    host.take();
    await enrol(host, 1, STRANGER, 7);
    expect(answers(host, 1)).toEqual(["ack", "ack"]);
  });
});

describe("a device that is enrolled only as a channel", () => {
  it("[D39] writes over no socket but one that came through it, whatever the log remembers", async () => {
    const host = await givenHost();
    await host.room.changeGrants([grantTo(STRANGER.principal, "viewer")], asOwner);
    await host.join(1, STRANGER, {}, { channel: CHANNEL });
    await enrol(host, 1, STRANGER, 7);
    host.room.leave(1);
    await host.join(2, STRANGER);
    expect(await typing(host, 2, STRANGER, 8)).toEqual(["forbidden"]);
    await host.join(3, STRANGER, {}, { channel: OTHER });
    expect(await typing(host, 3, STRANGER, 9)).toEqual(["forbidden"]);
    await host.join(4, STRANGER, {}, { channel: CHANNEL });
    expect(await typing(host, 4, STRANGER, 10)).toEqual(["ack"]);
  });

  it("[D39] is acknowledged over any socket for what the log has already", async () => {
    const host = await givenHost();
    await host.room.changeGrants([grantTo(STRANGER.principal, "viewer")], asOwner);
    await host.join(1, STRANGER, {}, { channel: CHANNEL });
    const op = await enrol(host, 1, STRANGER, 7);
    host.room.leave(1);
    await host.join(2, STRANGER);
    host.take();
    await host.push(2, op);
    expect(answers(host, 2)).toEqual(["ack"]);
  });

  it("[D39] writes by a grant of its user, where there is one that suffices", async () => {
    const host = await givenHost();
    await host.join(1, EDITOR, {}, { channel: CHANNEL });
    await enrol(host, 1, EDITOR, 7);
    host.room.leave(1);
    await host.join(2, EDITOR);
    expect(await typing(host, 2, EDITOR, 8)).toEqual(["ack"]);
  });

  it("[D39] changes no grants, even where an owner gave the channel everything", async () => {
    const host = await givenHost();
    await host.room.changeGrants([grantTo(CHANNEL, "owner"), grantTo(STRANGER.principal, "editor")], asOwner);
    await host.join(1, STRANGER, {}, { channel: CHANNEL });
    await enrol(host, 1, STRANGER, 7);
    const changed = async (connection: number) => {
      host.take();
      const body = host.pen.control([grantTo(VIEWER.principal, "editor")]);
      await host.push(connection, await later(host).op(STRANGER, "control", body));
      return answers(host, connection);
    };
    host.room.leave(1);
    await host.join(2, STRANGER);
    expect(await changed(2)).toEqual(["forbidden"]);
    await host.join(3, STRANGER, {}, { channel: CHANNEL });
    expect(await changed(3)).toEqual(["ack"]);
  });
});
