// Reed's worker with a counter at every door of the platform: rows read and written, alarms, wake-ups, and how long an object is
// kept busy. It is laid next to the bundle and started in its place, for the measurements that count; those that time never see it.
// GET /__bench answers with the counts and sets none of them back.
import { AsyncLocalStorage } from "node:async_hooks";
import worker, * as reed from "./index.js";

const counts = {
  rowsRead: 0,
  rowsWritten: 0,
  opsAppended: 0,
  rowsDeleted: 0,
  statements: 0,
  alarmsSet: 0,
  alarms: 0,
  wakes: 0,
  messages: 0,
  messageBytes: 0,
  frames: 0,
  frameBytes: 0,
  timers: 0,
  activeMs: 0,
  databaseBytes: 0,
};

let cursors = [];
const sizes = new Map();

function settle() {
  for (const { cursor, statement } of cursors) {
    const { rowsRead, rowsWritten } = cursor;
    counts.rowsRead += rowsRead;
    counts.rowsWritten += rowsWritten;
    if (/^\s*INSERT INTO log\b/.test(statement)) counts.opsAppended += rowsWritten;
    if (/^\s*DELETE FROM log\b/.test(statement)) counts.rowsDeleted += rowsWritten;
  }
  cursors = [];
}

// From the moment that something runs in an object, or a timer of its is pending, until nothing does: that time is billed.
const objects = new AsyncLocalStorage();

function enter(object) {
  if (object === undefined) return;
  if (object.busy === 0) object.busySinceMs = Date.now();
  object.busy += 1;
}

function leave(object) {
  if (object === undefined) return;
  object.busy -= 1;
  if (object.busy === 0) counts.activeMs += Date.now() - object.busySinceMs;
}

async function during(object, work) {
  enter(object);
  try {
    return await objects.run(object, work);
  } finally {
    sizes.set(object.id, object.storage.sql.databaseSize);
    leave(object);
  }
}

let isPatched = false;

function patch(ctx) {
  if (isPatched) return;
  isPatched = true;
  const sql = Object.getPrototypeOf(ctx.storage.sql);
  const { exec } = sql;
  sql.exec = function (...args) {
    settle();
    const cursor = exec.apply(this, args);
    counts.statements += 1;
    cursors.push({ cursor, statement: args[0] });
    return cursor;
  };
  const storage = Object.getPrototypeOf(ctx.storage);
  const { setAlarm } = storage;
  storage.setAlarm = function (...args) {
    counts.alarmsSet += 1;
    counts.rowsWritten += 1;
    return setAlarm.apply(this, args);
  };
  const socket = WebSocket.prototype;
  const { send } = socket;
  socket.send = function (frame) {
    counts.frames += 1;
    counts.frameBytes += frame.byteLength ?? frame.length;
    return send.call(this, frame);
  };
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const pending = new Map();
  globalThis.setTimeout = (work, delay, ...args) => {
    const object = objects.getStore();
    enter(object);
    const timer = set(() => {
      counts.timers += 1;
      pending.delete(timer);
      leave(object);
      work(...args);
    }, delay);
    pending.set(timer, object);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    if (pending.has(timer)) leave(pending.get(timer));
    pending.delete(timer);
    clear(timer);
  };
}

function counted(Base) {
  return class extends Base {
    #object;

    constructor(ctx, env) {
      patch(ctx);
      counts.wakes += 1;
      super(ctx, env);
      this.#object = { id: String(ctx.id), storage: ctx.storage, busy: 0, busySinceMs: 0 };
    }

    fetch(request) {
      return during(this.#object, () => super.fetch(request));
    }

    webSocketMessage(socket, message) {
      counts.messages += 1;
      counts.messageBytes += message.byteLength ?? message.length;
      return during(this.#object, () => super.webSocketMessage(socket, message));
    }

    webSocketClose(...args) {
      return during(this.#object, () => super.webSocketClose(...args));
    }

    alarm(...args) {
      counts.alarms += 1;
      return during(this.#object, () => super.alarm(...args));
    }
  };
}

export const NoteObject = counted(reed.NoteObject);
export const LibraryObject = counted(reed.LibraryObject);

export default {
  ...worker,
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/__bench") return worker.fetch(request, env, ctx);
    settle();
    counts.databaseBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    return Response.json(counts);
  },
};
