// A provider small enough to misbehave: a Yjs document on a socket that speaks y-protocols, as y-websocket does.
import type { NoteId } from "@reed/log";
import * as decoding from "lib0/decoding";
import { messagePermissionDenied } from "y-protocols/auth";
import * as Y from "yjs";
import { api } from "../world.test-support.ts";
import {
  type AwarenessEntry,
  decodeMessage,
  encodeAwareness,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeUpdate,
} from "./messages.ts";

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

const AUTH = 2;

export function upgradeYjs(noteId: string, protocols: readonly string[], headers: Record<string, string> = {}) {
  return api(`/yjs/${noteId}`, {
    headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocols.join(", "), ...headers },
  });
}

/** The token of a link's address: `<linkId>` or `<linkId>.<secret>`. */
export function tokenOf(url: string): string {
  const { pathname, hash } = new URL(url);
  const linkId = pathname.split("/").at(-1) ?? "";
  return hash === "" ? linkId : `${linkId}.${hash.slice(1)}`;
}

export class Provider {
  readonly doc: Y.Doc;
  readonly closed: Promise<Closed>;
  /** What the server showed of others, and of us. */
  readonly shown = new Map<number, AwarenessEntry>();
  onShown: (() => void) | null = null;
  /** It lets what the server sends of the text go by. */
  isDeaf = false;
  /** Why it was denied, each time. */
  readonly denied: string[] = [];
  updates = 0;
  isSynced = false;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #clock = 0;
  #isMute = false;
  #isOpen = true;

  private constructor(socket: WebSocket, doc: Y.Doc) {
    this.#socket = socket;
    this.doc = doc;
    socket.binaryType = "arraybuffer";
    socket.accept();
    this.closed = new Promise((resolve) =>
      socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
    );
    socket.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer) this.#take(new Uint8Array(data));
      for (const wake of this.#waiting) wake();
    });
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this && !this.#isMute && this.#isOpen) this.send(encodeUpdate(update));
    });
  }

  /** A socket that was let in, or closed again at once. */
  static async open(noteId: NoteId, token: string, doc = new Y.Doc()): Promise<Provider> {
    const { webSocket, status } = await upgradeYjs(noteId, ["y", `t.${token}`]);
    if (webSocket === null) throw new Error(`no socket: ${status}`);
    return new Provider(webSocket, doc);
  }

  /** One that has the note's text. */
  static async join(noteId: NoteId, token: string, doc = new Y.Doc()): Promise<Provider> {
    const provider = await Provider.open(noteId, token, doc);
    provider.askForAll();
    await provider.until(() => provider.isSynced);
    return provider;
  }

  /** Sync step 1. */
  askForAll(): void {
    this.send(encodeSyncStep1(Y.encodeStateVector(this.doc)));
  }

  get denials(): number {
    return this.denied.length;
  }

  get text(): string {
    return this.doc.getText("text").toString();
  }

  type(text: string): void {
    const root = this.doc.getText("text");
    root.insert(root.length, text);
  }

  /** Changes the document without a word to the server. */
  silently(change: () => void): void {
    this.#isMute = true;
    change();
    this.#isMute = false;
  }

  /** Shows a state of one's own; null takes it back. Without a client it is the document's. */
  show(state: object | null, client = this.doc.clientID): void {
    this.#clock += 1;
    this.say([{ client, clock: this.#clock, state: state === null ? null : JSON.stringify(state) }]);
  }

  say(entries: readonly AwarenessEntry[]): void {
    this.send(encodeAwareness(entries));
  }

  send(message: Uint8Array | string): void {
    this.#socket.send(message);
  }

  /** From here on the document changes without a word. */
  close(): void {
    this.#isOpen = false;
    this.#socket.close(1000);
  }

  /** What the server shows of `client`; undefined for nobody. */
  stateOf(client: number): unknown {
    const state = this.shown.get(client)?.state ?? null;
    return state === null ? undefined : JSON.parse(state);
  }

  /** Resolves as soon as `holds`, asked after every message, is true. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const message = Promise.withResolvers<"message">();
      const wake = () => message.resolve("message");
      this.#waiting.add(wake);
      const happened = await Promise.race([message.promise, this.closed]);
      this.#waiting.delete(wake);
      if (happened !== "message" && !holds()) throw new Error(`closed while waiting: ${JSON.stringify(happened)}`);
    }
  }

  #take(bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    if (message === null) throw new Error("the server sent what is no message");
    switch (message.type) {
      case "sync_step_1":
        return this.send(encodeSyncStep2(Y.encodeStateAsUpdate(this.doc, message.vector)));
      case "sync_step_2":
      case "update":
        if (message.type === "sync_step_2") this.isSynced = true;
        else this.updates += 1;
        if (!this.isDeaf) Y.applyUpdate(this.doc, message.update, this);
        return;
      case "awareness":
        this.onShown?.();
        for (const entry of message.entries) this.shown.set(entry.client, entry);
        return;
      default:
        this.#takeDenial(decoding.createDecoder(bytes));
    }
  }

  #takeDenial(decoder: decoding.Decoder): void {
    const [type, kind] = [decoding.readVarUint(decoder), decoding.readVarUint(decoder)];
    if (type === AUTH && kind === messagePermissionDenied) this.denied.push(decoding.readVarString(decoder));
  }
}
