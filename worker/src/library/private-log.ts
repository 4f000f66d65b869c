// A user's private log inside their library (docs/spec/private.md): the same room as a note's, around a log that only the
// gateway can begin and only its user's devices read and write. There is nothing here to build but the fold itself.
import { can } from "@reed/access";
import { type LogRow, type NoteId, type Principal, userIdOf } from "@reed/log";
import { Room, type RoomPorts, type SnapshotContent } from "@reed/room";
import { encodeDocument, loadDocument, stateHash } from "@reed/text";
import { ScheduledBackups } from "../admin/scheduled-backups.ts";
import type { Duties } from "../host/due.ts";
import { sha256 } from "../host/ports.ts";
import type { HostContext, Hosted } from "../host/room-host.ts";
import { SNAPSHOT_LIMITS, Snapshots } from "../host/snapshots.ts";

export class PrivateLog implements Hosted {
  readonly noteId: NoteId;
  readonly room: Room;
  readonly snapshots: Snapshots;
  readonly duties: Duties;
  readonly #backups: ScheduledBackups;
  readonly #ports: RoomPorts;

  constructor({ noteId, sql, ports, due, blobs }: HostContext) {
    const { log, archive } = ports;
    this.noteId = noteId;
    this.#ports = ports;
    this.room = new Room(noteId, ports);
    this.snapshots = new Snapshots({
      noteId,
      sql,
      log,
      archive,
      due,
      blobs,
      limits: SNAPSHOT_LIMITS,
      room: () => this.room,
      prepare: () => Promise.resolve(true),
      read: emptyContent,
    });
    this.#backups = new ScheduledBackups({ sql, due, kind: "library", name: () => this.#user(), blobs });
    this.duties = { ...this.snapshots.duties, ...this.#backups.duties };
  }

  onAppend(rows: readonly LogRow[]): void {
    const nowMs = this.#ports.nowUs() / 1000;
    this.snapshots.onAppend(rows, nowMs);
    this.#backups.onAppend(nowMs);
  }

  /** Gives the log to `user`, once: what a control op took away later stays taken. False where it could not be written. */
  async giveTo(user: Principal): Promise<boolean> {
    if (this.room.ledger?.isFounded === true) return true;
    const owner = { principal: user, role: "owner", key: null, expiresUs: null } as const;
    return (await this.room.changeGrants([owner], { by: user, via: "api", session: null })).ok;
  }

  /** The id of the user whose log it is; null before it was given to anybody. */
  #user(): string | null {
    const owner = [...(this.room.ledger?.grants.values() ?? [])].find(({ role }) => role === "owner");
    return owner === undefined ? null : userIdOf(owner.principal);
  }

  mayRead(user: Principal): boolean {
    return can(this.room.roleOf({ device: new Uint8Array(), user, link: null, holdsLinkSecret: false }), "read");
  }
}

/** What a snapshot has of text: a private log has none. */
function emptyContent(): SnapshotContent {
  const doc = loadDocument(null);
  const content = { text: new Uint8Array(), document: encodeDocument(doc), stateHash: stateHash(doc, sha256) };
  doc.destroy();
  return content;
}
