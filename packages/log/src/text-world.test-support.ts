// A small world of people who write one note honestly with real Yjs: authors with one or two tabs, undo, reloads, laggards, and
// a totally ordered log that judges every op before it takes it. Everything follows from one seed. Used by the tests of the
// validity rule and by fuzz/text-validity.ts.
import * as Y from "yjs";
import type { Random } from "./text-random.test-support.ts";
import {
  applyTextUpdate,
  checkTextUpdate,
  emptyTextState,
  type TextState,
  type TextUpdateFault,
} from "./text-update.ts";

export interface LogEntry {
  readonly claimant: string;
  readonly update: Uint8Array;
}

interface Tab {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
  /** How many of the author's local updates this tab has seen. */
  seen: number;
}

interface Author {
  readonly claimant: string;
  readonly tabs: Tab[];
  /** Local updates of all tabs, in the order in which they reached the device's store. */
  readonly local: { readonly tab: Tab; readonly update: Uint8Array }[];
  /** How many of `local` are in the log. */
  sent: number;
  /** How many entries of the log all tabs hold. */
  received: number;
}

export interface HonestRefusal extends LogEntry {
  readonly fault: TextUpdateFault;
}

export interface HonestWorld {
  readonly log: readonly LogEntry[];
  readonly state: TextState;
  /** Honest ops that the rule refused: must stay empty. */
  readonly refusals: readonly HonestRefusal[];
  /** One thing happens: an edit, an undo, a sync, a reload. */
  readonly step: () => void;
  /** Everything is sent and received; returns the text of every tab. */
  readonly settle: () => string[];
}

export interface WorldOptions {
  /** Draw clientIDs from 1 up to about here, so that a changed byte names another client that exists. Default: all of 32 bits. */
  readonly clientLimit?: number | undefined;
}

const PIECES: readonly string[] = [
  "a",
  "b",
  " ",
  "\n",
  "word",
  "two words",
  "- [ ] task\n",
  "é",
  "한글",
  "שלום",
  "😀",
  "👩‍👩‍👧",
  "\uFFFD",
  "𝒳y",
];
const REMOTE = "remote";

export function honestWorld(random: Random, options: WorldOptions = {}): HonestWorld {
  const log: LogEntry[] = [];
  const state = emptyTextState();
  const refusals: HonestRefusal[] = [];
  const usedClients = new Set<number>();
  const authors = Array.from({ length: 2 + random.below(2) }, (_, index): Author => {
    const author: Author = { claimant: `author ${index}`, tabs: [], local: [], sent: 0, received: 0 };
    for (let tabs = random.chance(0.4) ? 2 : 1; tabs > 0; tabs -= 1) author.tabs.push(openTab(author));
    return author;
  });

  function drawClient(): number {
    for (;;) {
      const client =
        options.clientLimit === undefined
          ? random.below(2 ** 32)
          : 1 + random.below(options.clientLimit + usedClients.size);
      if (usedClients.has(client)) continue;
      usedClients.add(client);
      return client;
    }
  }

  function openTab(author: Author): Tab {
    const doc = new Y.Doc({ gc: random.chance(0.8) });
    doc.clientID = drawClient();
    const text = doc.getText("text");
    for (const entry of log.slice(0, author.received)) Y.applyUpdate(doc, entry.update, REMOTE);
    for (const entry of author.local.slice(author.sent)) Y.applyUpdate(doc, entry.update, REMOTE);
    // Which edits one undo takes back must not depend on the clock: all since the last stop.
    const undo = new Y.UndoManager(text, { captureTimeout: Infinity });
    const tab: Tab = { doc, text, undo, seen: author.local.length };
    doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      if (transaction.local) author.local.push({ tab, update });
    });
    return tab;
  }

  function append(author: Author, update: Uint8Array): void {
    const verdict = checkTextUpdate(update, author.claimant, state);
    if (verdict.ok) applyTextUpdate(state, author.claimant, verdict.effect);
    else refusals.push({ claimant: author.claimant, update, fault: verdict.fault });
    log.push({ claimant: author.claimant, update });
  }

  function send(author: Author, count: number): void {
    if (count === 0) return;
    const updates = author.local.slice(author.sent, author.sent + count).map((entry) => entry.update);
    append(author, Y.mergeUpdates(updates));
    author.sent += count;
  }

  /** What a client does that kept its document but lost its queue: everything that the log, all of it known, lacks. */
  function sendDifference(author: Author): void {
    const [tab] = author.tabs;
    if (tab === undefined || author.sent === author.local.length) return;
    receive(author, log.length);
    shareAmongTabs(author, tab);
    const known = new Y.Doc();
    for (const entry of log) Y.applyUpdate(known, entry.update);
    append(author, Y.encodeStateAsUpdate(tab.doc, Y.encodeStateVector(known)));
    author.sent = author.local.length;
  }

  function receive(author: Author, upTo: number): void {
    for (const entry of log.slice(author.received, upTo)) {
      for (const tab of author.tabs) Y.applyUpdate(tab.doc, entry.update, REMOTE);
    }
    author.received = Math.max(author.received, upTo);
  }

  function edit(tab: Tab): void {
    const { text, undo, doc } = tab;
    const at = random.below(text.length + 1);
    const length = Math.min(text.length - at, 1 + random.below(6));
    switch (random.below(8)) {
      case 0:
        undo.undo();
        return;
      case 1:
        undo.redo();
        return;
      case 2:
        undo.stopCapturing();
        return;
      case 3:
        text.delete(at, length);
        return;
      case 4:
        doc.transact(() => {
          text.delete(at, length);
          text.insert(at, random.pick(PIECES));
          text.insert(random.below(text.length + 1), random.pick(PIECES));
        });
        return;
      default:
        text.insert(at, random.pick(PIECES));
    }
  }

  function reload(author: Author): void {
    author.tabs[random.below(author.tabs.length)]?.doc.destroy();
    const alive = author.tabs.filter((tab) => !tab.doc.isDestroyed);
    author.tabs.splice(0, author.tabs.length, ...alive, openTab(author));
  }

  function step(): void {
    const author = random.pick(authors);
    const action = random.below(20);
    if (action < 11) edit(random.pick(author.tabs));
    else if (action < 13) shareAmongTabs(author, random.pick(author.tabs));
    else if (action < 15) send(author, author.local.length - author.sent);
    else if (action < 16) send(author, random.below(author.local.length - author.sent + 1));
    else if (action < 19) receive(author, author.received + random.below(log.length - author.received + 1));
    else if (random.chance(0.5)) reload(author);
    else sendDifference(author);
  }

  function settle(): string[] {
    for (const author of authors) send(author, author.local.length - author.sent);
    for (const author of authors) receive(author, log.length);
    return authors.flatMap((author) => author.tabs.map((tab) => tab.text.toJSON()));
  }

  return { log, state, refusals, step, settle };
}

/** Tabs of one author pass updates on among themselves, in the order of the device's store. */
function shareAmongTabs(author: Author, tab: Tab): void {
  for (const entry of author.local.slice(tab.seen)) {
    if (entry.tab !== tab) Y.applyUpdate(tab.doc, entry.update, REMOTE);
  }
  tab.seen = author.local.length;
}
