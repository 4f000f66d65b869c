// Receipts: whoever takes access away is told how many sockets that ended, and of how many people.
import { can } from "@reed/access";
import { toBase64Url } from "@reed/bytes";
import type { CloseReason } from "@reed/protocol";
import type { Room, Visitor } from "@reed/room";

export interface CutReceipt {
  readonly sockets: number;
  readonly people: number;
}

export const NOBODY_CUT: CutReceipt = { sockets: 0, people: 0 };

export class Cuts {
  readonly #room: () => Room;
  readonly #watching = new Set<Set<number>>();

  constructor(room: () => Room) {
    this.#room = room;
  }

  /** The room ends a socket. */
  onClose(connection: number, reason: CloseReason): void {
    if (reason === "access_ended") for (const ended of this.#watching) ended.add(connection);
  }

  /** Does `work`, and counts the sockets of those visitors that it ended, also those that had not said HELLO. */
  async during<T>(
    isFor: (visitor: Visitor) => boolean,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly cut: CutReceipt }> {
    const room = this.#room();
    const before = room.sessions.filter(({ visitor }) => isFor(visitor));
    const visitors = new Map(before.map(({ connection, visitor }) => [connection, visitor]));
    const ended = new Set<number>();
    this.#watching.add(ended);
    try {
      const result = await work();
      room.cut((visitor) => isFor(visitor) && !can(room.roleOf(visitor), "read"));
      const cut = [...visitors].filter(([connection]) => ended.has(connection));
      return {
        result,
        cut: { sockets: cut.length, people: new Set(cut.map(([, visitor]) => personOf(visitor))).size },
      };
    } finally {
      this.#watching.delete(ended);
    }
  }
}

function personOf({ user, device }: Visitor): string {
  return user ?? toBase64Url(device);
}
