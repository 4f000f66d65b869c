// Who left a chat channel writes no more. The log knows which principals a device is enrolled for and forgets none of them, and what a
// channel was granted its people have only while they are in it, which only the server can know. So this is a rule of the room
// and not of the log: it looks at the way by which an op comes (docs/decisions/0017).
import { type Action, can } from "@reed/access";
import { channelIdOf, type Effect, type Ledger, type Op } from "@reed/log";
import type { Visitor } from "./session.ts";

/** What the author must be allowed to do for an op of that effect; null: nothing that a grant gives. */
function actionOf({ type }: Effect): Action | null {
  if (type === "data") return "write_text";
  return type === "control" ? "change_grants" : null;
}

/** Whether the right to write `op`, which the log found, holds over the socket of `visitor` too. */
export function holdsHere(op: Op, effect: Effect, visitor: Visitor, ledger: Ledger, recvUs: number): boolean {
  const action = actionOf(effect);
  const principals = ledger.author(op.author)?.principals ?? [];
  const held = principals.filter((principal) => channelIdOf(principal) === null || principal === visitor.channel);
  if (action === null || held.length === principals.length) return true;
  return can(ledger.roleOfAny(held, recvUs), action);
}
