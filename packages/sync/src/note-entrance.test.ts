// What a device may enrol with in a note, and in which order it offers it.
import { noteIdOf } from "@reed/log";
import { expect, it } from "vitest";
import { Identity } from "./identity.ts";
import { NoteEntrance } from "./note-entrance.ts";
import type { Server, Ticket } from "./server.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { blankNote } from "./store/replica-store.ts";
import { UNREACHED } from "./unreached.test-support.ts";

const OWN = Uint8Array.of(1);
const CHANNEL = Uint8Array.of(2);
const TICKET: Ticket = { url: "ws://notes.example", protocols: [], nonce: new Uint8Array(16) };

async function entranceOf(ticket: Ticket): Promise<NoteEntrance> {
  const server: Server = {
    ...UNREACHED,
    guest: async () => ({
      userId: "00000000-0000-4000-8000-000000000001",
      certificate: OWN,
      accessToken: "token",
      expiresAtMs: Date.now() + 600_000,
    }),
    ticket: async () => ticket,
  };
  const store = new MemoryStore();
  const record = blankNote(noteIdOf(new Uint8Array(32).fill(1)));
  return new NoteEntrance(record, { store, server, identity: await Identity.open(store, server) });
}

it("[D41] is offered by the user's own certificate first, then by the channel's that came with the ticket", async () => {
  const { certificates } = await (await entranceOf({ ...TICKET, certificates: [CHANNEL] })).enter();
  expect(certificates).toEqual([OWN, CHANNEL]);
});

it("[D41] is by the user's own alone where a server says nothing of channels", async () => {
  expect((await (await entranceOf(TICKET)).enter()).certificates).toEqual([OWN]);
});
