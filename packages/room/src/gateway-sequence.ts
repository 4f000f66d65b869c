// Several ops of the gateway that only make sense together: each is signed upon the one before, and judged on a copy of the fold,
// before the first of them is anywhere. The room then takes all of them in one step, or none.
import {
  type Attribution,
  decodeOp,
  encodeAttributed,
  encodeDataBody,
  encodeEnrol,
  Ledger,
  type Op,
  type OpType,
  type Sha256,
  TEXT_BUCKET,
} from "@reed/log";
import type { NackCode } from "@reed/protocol";
import { type Control, isGatewayEnrolled, isRestore, nextControl, signGatewayOp } from "./gateway-author.ts";
import type { RoomPorts } from "./ports.ts";

/** One op to be written; `body` is asked with the fold that it will come upon. */
export interface Draft {
  readonly type: Extract<OpType, "enrol" | "control" | "data">;
  body(ledger: Ledger): Uint8Array;
}

/** They are judged as of so much later, so that no grant ends between this and the step that takes them. */
const MARGIN_US = 60_000_000;

/** The gateway's enrolment, where it has not enrolled yet. */
function enrolDrafts(ledger: Ledger, { gateway }: RoomPorts): readonly Draft[] {
  return isGatewayEnrolled(ledger, gateway) ? [] : [{ type: "enrol", body: () => encodeEnrol([gateway.certificate]) }];
}

/** What `control` asks for. What a restore continues is what was found: nothing may come between, whenever the power fails. */
export function controlDrafts(control: Control, found: Ledger, ports: RoomPorts): readonly Draft[] {
  const { head } = found;
  const draft: Draft = { type: "control", body: (ledger) => nextControl(control, ledger, ports.sha256, head) };
  return isRestore(control.act) ? [...enrolDrafts(found, ports), draft] : [draft];
}

export function dataDraft(bucket: string, payload: Uint8Array, attribution: Attribution): Draft {
  const body = encodeDataBody({ bucket, payload: encodeAttributed(attribution, payload) });
  return { type: "data", body: () => body };
}

/** Yjs V1 `updates`, one op each. */
export function textDrafts(updates: readonly Uint8Array[], attribution: Attribution): readonly Draft[] {
  return updates.map((update) => dataDraft(TEXT_BUCKET, update, attribution));
}

/** The op by which the text begins anew, and what it begins with. */
export function scrubDrafts(
  updates: readonly Uint8Array[],
  attribution: Attribution,
  sha256: Sha256,
): readonly Draft[] {
  const control = { changes: [], act: { type: "generation", reason: "scrub" }, attribution } as const;
  return [
    { type: "control", body: (ledger) => nextControl(control, ledger, sha256) },
    ...textDrafts(updates, attribution),
  ];
}

/** `ledger` does not change. The first refusal, where one of several would not hold. Call it inside the room's queue. */
export async function signSequence(
  drafts: readonly Draft[],
  ledger: Ledger,
  ports: RoomPorts,
): Promise<readonly Op[] | NackCode> {
  const { sha256 } = ports;
  const [only] = drafts;
  if (only !== undefined && drafts.length === 1)
    return [decodeOp(await signGatewayOp(only.type, only.body(ledger), ledger, ports), sha256)];
  const ahead = Ledger.load(ledger.save(), { sha256, below: "refuse" });
  const recvUs = ports.nowUs() + MARGIN_US;
  const ops: Op[] = [];
  for (const { type, body } of drafts) {
    const op = decodeOp(await signGatewayOp(type, body(ahead), ahead, ports, ledger.head), sha256);
    const verdict = ahead.check(op, recvUs);
    if (verdict.type === "refused") return verdict.fault;
    if (verdict.type === "duplicate") throw new Error("a new op of the gateway is in the log already");
    ahead.append(op, verdict.effect, recvUs);
    ops.push(op);
  }
  return ops;
}
