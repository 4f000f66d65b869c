// What limits everybody beside the grants, and what is cut whatever the grants say.
import { can } from "@reed/access";
import { encodeUp } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import { EDITOR, FOUNDER, grantTo, VIEWER } from "../../log/src/world.test-support.ts";
import { type Bounds, NO_BOUNDS } from "./bounds.ts";
import { Host } from "./room.test-support.ts";

const asOwner = { by: FOUNDER.principal, via: "api", session: null } as const;

/** As the trash: owners look, nobody else does, and nobody writes. */
const TRASH: Bounds = {
  isFrozen: true,
  narrow: (_, role) => (can(role, "change_grants") ? "viewer" : null),
};

async function crowd(): Promise<Host> {
  const host = await Host.founded();
  await host.join(1, FOUNDER);
  await host.join(2, EDITOR);
  host.pass(100);
  host.take();
  return host;
}

describe("the bounds of a room", () => {
  it("[A9] cut off whom they leave nothing, and tell whom they leave less", async () => {
    const host = await crowd();
    host.room.bounds = TRASH;
    host.room.recheck();
    expect(host.take()).toMatchObject([
      { type: "sent", to: 1, message: { type: "role", role: "viewer" } },
      { type: "closed", connection: 2, reason: "access_ended" },
    ]);
    expect(host.room.grantedTo(host.visitor(EDITOR))).toBe("editor");
    expect(host.room.roleOf(host.visitor(EDITOR))).toBeNull();
    host.room.bounds = NO_BOUNDS;
    host.room.recheck();
    expect(host.take()).toMatchObject([{ to: 1, message: { type: "role", role: "owner" } }]);
  });

  it("[A16] frozen, acknowledge again what is in the log, and refuse what is new", async () => {
    const host = await crowd();
    const old = await host.typed(FOUNDER, 7);
    await host.push(1, old);
    const { seq } = host.room.ledger?.head ?? { seq: 0 };
    host.room.bounds = TRASH;
    host.room.recheck();
    host.take();
    await host.push(1, old);
    await host.push(1, await host.typed(FOUNDER, 8));
    expect(host.got(1).filter(({ type }) => type === "ack" || type === "nack")).toMatchObject([
      { type: "ack" },
      { type: "nack", class: "never", code: "forbidden" },
    ]);
    expect(await host.room.writeText(new Uint8Array(), asOwner)).toEqual({ ok: false, code: "forbidden" });
    expect(await host.room.writeTexts(() => [], asOwner)).toEqual({ ok: false, code: "forbidden" });
    expect(host.room.ledger?.head.seq).toBe(seq);
    expect(await host.room.changeGrants([grantTo(VIEWER.principal, null)], asOwner)).toMatchObject({ ok: true });
  });

  it("[A11] let sockets be cut whatever their role, also before HELLO", async () => {
    const host = await crowd();
    host.room.open(3, host.visitor(EDITOR), new Uint8Array(16));
    const { device } = host.visitor(EDITOR);
    expect(host.room.cut((visitor) => visitor.device.join() === device.join())).toBe(2);
    expect(host.take().flatMap((event) => (event.type === "closed" ? [event.connection] : []))).toEqual([2, 3]);
    expect(host.room.sessions.map(({ connection }) => connection)).toEqual([1]);
  });

  it("[A9] show nobody's presence to a socket whose time is over", async () => {
    const host = await Host.founded();
    const expiresUs = host.nowUs + 10_000_000;
    await host.room.changeGrants([grantTo(VIEWER.principal, "viewer", { expiresUs })], asOwner);
    await host.join(1, VIEWER);
    await host.join(2, EDITOR);
    host.pass(15);
    host.take();
    host.nowUs += 10_000_000;
    await host.room.receive(2, encodeUp({ type: "set_presence", payload: Uint8Array.of(1) }));
    host.pass(1000);
    const toViewer = host
      .take()
      .flatMap((event) => (event.type === "closed" || (event.type === "sent" && event.to === 1) ? [event] : []));
    expect(toViewer).toEqual([{ type: "closed", connection: 1, reason: "access_ended" }]);
  });
});
