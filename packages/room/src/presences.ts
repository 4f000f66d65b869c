// What the live sockets of a room show, for those who come: the fold of presence by the same reducer that replicas use.
import { type Peer, presenceEntry, presenceReducer } from "@reed/protocol";
import { MAX_PEERS } from "@reed/protocol";
import { NOTHING, principalsOf, type Session } from "./session.ts";

export class Presences {
  #shown = presenceReducer.empty();
  #arrivals = 0;

  /** `session` shows `payload`, whose bytes are copied; nothing where it is empty. False where it is none. */
  set(session: Session, payload: Uint8Array, nowUs: number): boolean {
    const { connection, visitor, role } = session;
    const shown = { connection, payload, by: principalsOf(visitor), role };
    const entry = presenceEntry(shown, ++this.#arrivals, nowUs);
    const judged = presenceReducer.judge(this.#shown, entry);
    if (!judged.ok) return false;
    this.#shown = presenceReducer.apply(this.#shown, entry, judged.change);
    session.presence = this.#shown.get(connection) ?? NOTHING;
    return true;
  }

  /** What everybody but `connection` shows. */
  peersOf(connection: number): readonly Peer[] {
    const others = [...this.#shown].filter(([other]) => other !== connection);
    return others.slice(0, MAX_PEERS).map(([other, payload]) => ({ connection: other, payload }));
  }
}
