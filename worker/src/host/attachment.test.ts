// What rides through hibernation, also from releases that said less.
import { channelPrincipal, userPrincipal } from "@reed/log";
import type { SessionState } from "@reed/room";
import { describe, expect, it } from "vitest";
import { decodeAttachment, encodeAttachment } from "./attachment.ts";

const STATE: SessionState = {
  connection: 7,
  visitor: {
    device: new Uint8Array(32).fill(1),
    user: userPrincipal("00000000-0000-4000-8000-000000000001"),
    link: null,
    holdsLinkSecret: false,
    session: "00000000-0000-4000-8000-000000000002",
    channel: channelPrincipal("175928847299117063"),
  },
  nonce: new Uint8Array(16).fill(2),
  phase: "live",
  role: "editor",
  version: 2,
  presence: Uint8Array.of(3),
};

describe("a session's attachment", () => {
  it("[D38] has all of the session, with the channel that its visitor came through", () => {
    expect(decodeAttachment(structuredClone(encodeAttachment(STATE)))).toEqual(STATE);
  });

  it("[D38] is read where it says nothing of a channel, or of a sign-in", () => {
    const { visitor } = STATE;
    const [withSession, first] = [encodeAttachment(STATE).slice(0, -1), encodeAttachment(STATE).slice(0, -2)];
    expect(decodeAttachment(withSession)).toEqual({ ...STATE, visitor: { ...visitor, channel: null } });
    expect(decodeAttachment(first)).toEqual({ ...STATE, visitor: { ...visitor, channel: null, session: null } });
  });

  it("is nothing where it is of another form", () => {
    for (const value of [null, [], encodeAttachment(STATE).slice(0, -3), "x"])
      expect(decodeAttachment(value)).toBeNull();
  });
});
