// A note's text for callers without a replica: read whole, written whole or at its end, and taken away with what belongs to it.
// What is written is judged and diffed inside the room's queue, against the text of that moment, so it merges with what others
// type and overwrites nothing that the caller had not seen where the caller says what that was. Answers in plain data.
import type { Action, Role } from "@reed/access";
import type { Settings as SettingsJson } from "@reed/api";
import { encodeUtf8 } from "@reed/bytes";
import { titleOf } from "@reed/card";
import { decodeOp, type SyncLogStore } from "@reed/log";
import type { Room, WriteResult } from "@reed/room";
import { normaliseText } from "@reed/text";
import { type HostPorts, sha256 } from "../host/ports.ts";
import { MAX_TEXT_BYTES, type Projection } from "../note/projection.ts";
import { refusalFor, type Standing } from "../note/standing.ts";
import { textOpOf } from "../note/text-ops.ts";
import type { Settings } from "../settings/settings.ts";
import { updatesTowards } from "./text-copy.ts";

export type TextCode = "not_found" | "forbidden" | "locked" | "text_too_large" | "changed_meanwhile" | "overloaded";

export interface TextRefusal {
  readonly code: TextCode;
}

/** `ifSeqs`: the write holds only if the text is that of one of these positions; null: whatever it is. */
export interface TextWrite {
  readonly type: "whole" | "append";
  readonly text: string;
  readonly ifSeqs: readonly number[] | null;
}

export interface TextWritten {
  readonly seq: number;
}

export type TextRead =
  /** The text is that of a position which the caller knows. */
  | { readonly type: "known"; readonly seq: number }
  | { readonly type: "text"; readonly seq: number; readonly text: string; readonly modifiedUs: number | null };

export interface NoteExport {
  readonly seq: number;
  readonly role: Role;
  readonly title: string;
  readonly text: string;
  readonly createdUs: number;
  readonly modifiedUs: number | null;
  readonly settings: SettingsJson;
}

export interface TextIoOptions {
  readonly ports: Pick<HostPorts, "log" | "archive">;
  readonly room: Room;
  readonly projection: Projection;
  readonly settings: Settings;
  /** How the caller stands to the note; asked again before each call. */
  standing(): Standing | null;
  /** Whether a device writes as the gateway. */
  isGateway(author: Uint8Array): boolean;
  /** Brings the projection to the head, and tells the room whether the note is full. */
  project(): void;
  /** To be awaited before the document is asked for. */
  ready(): Promise<void>;
}

/** A position that lies further back than this counts as one of another text. */
const MAX_ROWS_LOOKED_AT = 512;

export class TextIo {
  readonly #options: TextIoOptions;

  constructor(options: TextIoOptions) {
    this.#options = options;
  }

  read(knownSeqs: readonly number[]): Promise<TextRead | TextRefusal> {
    return this.#as("read", async (): Promise<TextRead> => {
      const { projection, project, ready, ports } = this.#options;
      if (!projection.isWarm) await ready();
      project();
      const seq = ports.log.lastSeq();
      if (knownSeqs.some((known) => this.#isTextOf(known))) return { type: "known", seq };
      return { type: "text", seq, ...projection.read() };
    });
  }

  write(write: TextWrite): Promise<TextWritten | TextRefusal> {
    return this.#as("write_text", async ({ attribution }) => {
      const { room, ready } = this.#options;
      const text = normaliseText(write.text);
      await ready();
      const refused: TextCode[] = [];
      const result = await room.writeTexts(() => {
        const updates = this.#updatesOf({ ...write, text });
        if (typeof updates !== "string") return updates;
        refused.push(updates);
        return [];
      }, attribution);
      const [code] = refused;
      return code === undefined ? answerOf(result) : { code };
    });
  }

  export(): Promise<NoteExport | TextRefusal> {
    return this.#as("read", async ({ role }): Promise<NoteExport> => {
      const { projection, settings, ready, ports } = this.#options;
      if (!projection.isWarm) await ready();
      const { text, modifiedUs } = projection.read();
      const seq = ports.log.lastSeq();
      const title = titleOf(text) ?? "";
      return { seq, role, title, text, createdUs: this.#createdUs(), modifiedUs, settings: settings.read() };
    });
  }

  /** Asked in the room's queue: what brings the text of now to what is wanted, or why nothing may. */
  #updatesOf({ type, text, ifSeqs }: TextWrite): readonly Uint8Array[] | TextCode {
    const { projection, project, room } = this.#options;
    project();
    if (ifSeqs !== null && !ifSeqs.some((seq) => this.#isTextOf(seq))) return "changed_meanwhile";
    const target = type === "whole" ? text : joined(projection.read().text, text);
    if (encodeUtf8(target).length > MAX_TEXT_BYTES) return "text_too_large";
    return updatesTowards(projection.document(), target, room.ledger);
  }

  /** Whether the text of the position `seq` is the text of now: no op since has touched it. */
  #isTextOf(seq: number): boolean {
    const { ports, isGateway } = this.#options;
    const { log } = ports;
    const since = log.lastSeq() - seq;
    if (since < 0 || since > MAX_ROWS_LOOKED_AT || seq < log.firstSeq() - 1) return false;
    if (since === 0) return true;
    return log.read(seq + 1, since).every(({ envelope }) => textOpOf(envelope, isGateway).type === "none");
  }

  /** When the note's maker says that it was made. */
  #createdUs(): number {
    const { log, archive } = this.#options.ports;
    const envelope = archive.genesis() ?? firstEnvelope(log);
    return envelope === null ? 0 : decodeOp(envelope, sha256).wallTimeUs;
  }

  async #as<T>(action: Action, call: (standing: Standing) => Promise<T | TextRefusal>): Promise<T | TextRefusal> {
    const standing = this.#options.standing();
    const code = refusalFor(standing, action);
    return standing === null || code !== null ? { code: code ?? "not_found" } : call(standing);
  }
}

/** `added` on a line of its own. */
function joined(text: string, added: string): string {
  return text === "" || text.endsWith("\n") || added === "" ? text + added : `${text}\n${added}`;
}

function firstEnvelope(log: SyncLogStore): Uint8Array | null {
  const [row] = log.read(1, 1);
  return row?.seq === 1 ? row.envelope : null;
}

function answerOf(result: WriteResult): TextWritten | TextRefusal {
  if (result.ok) return { seq: result.seq };
  switch (result.code) {
    case "forbidden":
    case "locked":
      return { code: result.code };
    case "note_full":
      return { code: "text_too_large" };
    default:
      return { code: "overloaded" };
  }
}
