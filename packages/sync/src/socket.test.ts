import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Socket } from "./socket.ts";

class SilentWebSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = "blob";
  readonly sent: unknown[] = [];
  send(data: unknown): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
}

let made: SilentWebSocket[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  vi.stubGlobal(
    "WebSocket",
    class extends SilentWebSocket {
      constructor() {
        super();
        made.push(this);
      }
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function socket() {
  const heard: string[] = [];
  const events = { onOpen: () => heard.push("open"), onFrame: () => heard.push("frame") };
  const ticket = { url: "ws://test", protocols: [], nonce: new Uint8Array(16), certificates: [] };
  return { heard, socket: new Socket(ticket, { ...events, onClose: (reason) => heard.push(`closed ${reason}`) }) };
}

it("ends where it never opens", () => {
  const { heard } = socket();
  vi.advanceTimersByTime(19_000);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(heard).toEqual(["closed null"]);
});

it("lives on in silence once it has opened, and ends where nobody answers", () => {
  const { heard, socket: opened } = socket();
  const [web] = made;
  if (web === undefined) throw new Error("no WebSocket was made");
  web.readyState = 1;
  web.dispatchEvent(new Event("open"));
  vi.advanceTimersByTime(22_000);
  expect(heard).toEqual(["open"]);
  opened.send(Uint8Array.of(1));
  vi.advanceTimersByTime(9_000);
  expect(web.sent.at(-1)).toBe("ping");
  expect(heard).toEqual(["open", "closed null"]);
});
