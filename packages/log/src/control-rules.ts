// When a control op holds: it is next in the line of control ops, written for an owner, makes only changes that mean something,
// leaves an owner for good, and states the list that results (docs/spec/log.md, L32-L34).
import { can, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import type { ControlPosition } from "./authors.ts";
import type { Cursor } from "./chain.ts";
import type { ControlAct, ControlBody } from "./control.ts";
import { changeGrants, type Grant, type Grants, hashGrants } from "./grants.ts";
import type { Sha256 } from "./hash.ts";
import { GATEWAY, isLinkPrincipal, type Principal } from "./principal.ts";
import type { Verdict } from "./verdict.ts";

export interface ControlContext {
  readonly grants: Grants;
  readonly control: (ControlPosition & { readonly counter: number }) | null;
  readonly head: Cursor;
  readonly isCompliant: boolean;
  /** The chain value at a position; null below the base of what is known. */
  chainAt(seq: number): Uint8Array | null;
  /** For whom the op speaks. */
  readonly actors: readonly Principal[];
  readonly role: Role | null;
  readonly sha256: Sha256;
}

export function judgeControl(body: ControlBody, context: ControlContext): Verdict {
  if (!isNext(body, context)) return { type: "refused", fault: "control" };
  if (context.control === null ? !foundsOwner(body, context.actors) : !mayControl(body, context)) {
    return { type: "refused", fault: "forbidden" };
  }
  const grants = changeGrants(context.grants, body.changes);
  const hasOwner = [...grants.values()].some(({ role, expiresUs }) => role === "owner" && expiresUs === null);
  const isSound =
    hasOwner &&
    isActSound(body.act, context) &&
    body.changes.every((change) => isMeaningful(change, context.grants.get(change.principal))) &&
    equalBytes(body.grantsHash, hashGrants(grants, context.sha256));
  return isSound
    ? { type: "accepted", effect: { type: "control", body, grants } }
    : { type: "refused", fault: "control_invalid" };
}

function isNext(body: ControlBody, { control }: ControlContext): boolean {
  if (control === null) return body.counter === 1 && body.prevControl === null;
  return (
    body.counter === control.counter + 1 && body.prevControl !== null && equalBytes(body.prevControl, control.opId)
  );
}

/** Owners change grants and scrub; only the platform itself says that it lost what followed, and it says nothing else. */
function mayControl({ act, changes }: ControlBody, { actors, role }: ControlContext): boolean {
  const isRestore = act?.type === "generation" && act.reason === "restored";
  if (!isRestore) return can(role, "change_grants");
  return changes.length === 0 && actors.length === 1 && actors[0] === GATEWAY;
}

/** A scrub continues the position before its own op, and nothing is scrubbed where every op must be kept. */
function isActSound(act: ControlAct | null, { head, isCompliant, chainAt }: ControlContext): boolean {
  if (act?.type !== "generation") return true;
  const { from, reason } = act;
  // After a restore the gateway may have to enrol before it can say so.
  const isInReach = reason === "restored" ? from.seq <= head.seq : from.seq === head.seq;
  const chain = isInReach ? chainAt(from.seq) : null;
  const continues = chain === null ? from.seq < head.seq && isInReach : equalBytes(from.chain, chain);
  return continues && !(reason === "scrub" && isCompliant);
}

/** The first control op names its own principal as the one owner. */
function foundsOwner(body: ControlBody, actors: readonly Principal[]): boolean {
  const [only, ...others] = body.changes;
  return (
    body.act === null &&
    only !== undefined &&
    others.length === 0 &&
    only.role === "owner" &&
    actors.includes(only.principal)
  );
}

/** A link views or edits, and its role never changes but to nothing; an edit link has a key; nobody else has one. */
function isMeaningful(change: Grant, before: Grant | undefined): boolean {
  if (change.principal === GATEWAY) return false;
  if (!isLinkPrincipal(change.principal)) return change.key === null;
  if (change.role === null) return before !== undefined;
  const keyFits = (change.role === "editor") === (change.key !== null);
  return change.role !== "owner" && keyFits && (before === undefined || before.role === change.role);
}
