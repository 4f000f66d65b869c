// The peers' wire: y-protocols over a WebSocket, as their own providers speak it, without the document behind it. Hocuspocus
// puts a name in front of every message and answers each update with a status.
import * as Y from "yjs";
import {
  type Driver,
  FrameCache,
  inTurns,
  type NoteEvents,
  type NotePlan,
  type OpenNote,
  sumTraffic,
} from "./driver.ts";
import { maskedFrame, RawSocket } from "./raw-socket.ts";

export type Dialect = "y-websocket" | "y-partyserver" | "hocuspocus" | "relay";

type Heard =
  | { readonly type: "update"; readonly update: Uint8Array; readonly keys: readonly Keys[] }
  | { readonly type: "status" | "other" | "ready" };
type Keys = readonly [client: number, from: number, to: number];

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const SYNC_REPLY = 4;
const SYNC_STATUS = 8;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
const OTHER = { type: "other" } as const;
const READY_WITHIN_MS = 20_000;
/** Hocuspocus ends a socket that says nothing for a minute; its provider renews its awareness in that time. */
const RENEW_EVERY_MS = 30_000;
const NOBODY_NEW = [1, 0];

let notes = 0;

export function yDriver(dialect: Dialect): Driver {
  return {
    acks: dialect === "hocuspocus" ? "in memory" : "none",
    open: (serverUrl, plan, events) => openNote(dialect, serverUrl, plan, events),
  };
}

async function openNote(dialect: Dialect, serverUrl: string, plan: NotePlan, events: NoteEvents): Promise<OpenNote> {
  const name = `note-${process.pid}-${(notes += 1)}`;
  const base = serverUrl.replace("http:", "ws:");
  const url =
    dialect === "y-partyserver" ? `${base}/parties/doc/${name}` : `${base}/${dialect === "hocuspocus" ? "" : name}`;
  const prefix = dialect === "hocuspocus" ? varString(name) : [];
  const cache = new FrameCache<Heard>();
  const decode = (frame: Buffer): Heard => hear(frame, dialect, prefix.length);
  const kept: Uint8Array[] = [];
  let isClosing = false;

  const join = async (onHeard: (heard: Heard) => void): Promise<RawSocket> => {
    const ready = Promise.withResolvers<void>();
    const socket = await RawSocket.open({
      url,
      onFrame: (frame) => {
        const heard = cache.get(frame, decode);
        if (heard.type === "ready") ready.resolve();
        onHeard(heard);
      },
      onClose: (code, reason) => {
        ready.reject(new Error(`closed ${code} ${reason}`));
        if (!isClosing) events.onFault(`a socket was closed: ${code} ${reason}`);
      },
    });
    if (dialect === "relay") return socket;
    if (dialect === "hocuspocus")
      socket.send(Uint8Array.from([...prefix, AUTH, 0, ...varString("bench"), ...varString("4.7.0")]));
    socket.send(Uint8Array.from([...prefix, SYNC, STEP_1, 1, 0]));
    const late = setTimeout(() => ready.reject(new Error("no answer to the first sync step")), READY_WITHIN_MS);
    await ready.promise;
    clearTimeout(late);
    return socket;
  };

  const receivers = await inTurns(Array.from({ length: plan.receivers }), 20, (_, receiver) =>
    join((heard) => {
      if (heard.type !== "update") return;
      if (receiver === 0) kept.push(heard.update);
      for (const [client, from, to] of heard.keys) events.onKeys(receiver, client, from, to);
    }),
  );
  const renewing = setInterval(() => {
    if (dialect !== "hocuspocus") return;
    for (const socket of receivers) socket.send(Uint8Array.from([...prefix, AWARENESS, ...NOBODY_NEW]));
  }, RENEW_EVERY_MS);
  const acked = plan.typists.map(() => 0);
  const typists = await inTurns(plan.typists, 20, (_, typist) =>
    join((heard) => {
      if (heard.type !== "status") return;
      events.onAck(typist, acked[typist] ?? 0);
      acked[typist] = (acked[typist] ?? 0) + 1;
    }),
  );
  const frames = plan.typists.map(({ edits }) =>
    edits.map(({ update }) =>
      maskedFrame(
        dialect === "relay"
          ? update
          : Buffer.concat([Uint8Array.from([...prefix, SYNC, UPDATE, ...varUint(update.length)]), update]),
      ),
    ),
  );
  return {
    send: (typist, edit) => {
      const frame = frames[typist]?.[edit];
      if (frame !== undefined) typists[typist]?.sendMasked(frame);
    },
    text: () => {
      const doc = new Y.Doc();
      doc.transact(() => kept.forEach((update) => Y.applyUpdate(doc, update)));
      return doc.getText("text").toString();
    },
    receiverTraffic: () => sumTraffic(receivers),
    typistTraffic: () => sumTraffic(typists),
    close: () => {
      isClosing = true;
      clearInterval(renewing);
      for (const socket of [...receivers, ...typists]) socket.close();
    },
  };
}

function hear(frame: Buffer, dialect: Dialect, skip: number): Heard {
  if (dialect === "relay") return updateOf(frame);
  const type = frame[skip];
  if (dialect === "hocuspocus" && type === SYNC_STATUS) return frame[skip + 1] === 1 ? { type: "status" } : OTHER;
  if (type !== SYNC && type !== SYNC_REPLY) return OTHER;
  const step = frame[skip + 1];
  if (step === STEP_2) return { type: "ready" };
  if (step !== UPDATE) return OTHER;
  let at = skip + 2;
  while ((frame[at] ?? 0) >= 0x80) at += 1;
  return updateOf(frame.subarray(at + 1));
}

function updateOf(update: Uint8Array): Heard {
  const { from, to } = Y.parseUpdateMeta(update);
  return { type: "update", update, keys: [...to].map(([client, end]) => [client, from.get(client) ?? 0, end]) };
}

function varUint(value: number): readonly number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return [...bytes, left];
}

function varString(text: string): readonly number[] {
  const bytes = new TextEncoder().encode(text);
  return [...varUint(bytes.length), ...bytes];
}
