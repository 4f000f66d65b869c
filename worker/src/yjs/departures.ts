// Providers that were asked to come back later, and don't know how to: y-protocols has no word for it, so their sockets are ended
// when their time has come. The timers keep the object awake until then, at most as long as the drain was spread over (http.md,
// H21); should its memory go all the same, the time is in the attachment.
import { keepSession, type YjsSession } from "./session.ts";

export class Departures {
  readonly #leave: (session: YjsSession) => void;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(leave: (session: YjsSession) => void) {
    this.#leave = leave;
  }

  /** `session` ends after `afterMs`; one that is to end sooner already still does. */
  plan(session: YjsSession, afterMs: number, nowMs: number): void {
    session.leaveAtMs = Math.min(session.leaveAtMs ?? Number.POSITIVE_INFINITY, nowMs + afterMs);
    keepSession(session, nowMs);
    this.resume(session, nowMs);
  }

  /** Goes on with what was planned for `session`, if anything was. */
  resume(session: YjsSession, nowMs: number): void {
    this.cancel(session);
    if (session.leaveAtMs === null) return;
    const ring = () => this.#leave(session);
    this.#timers.set(session.connection, setTimeout(ring, Math.max(0, session.leaveAtMs - nowMs)));
  }

  cancel({ connection }: YjsSession): void {
    clearTimeout(this.#timers.get(connection));
    this.#timers.delete(connection);
  }
}
