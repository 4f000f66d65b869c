// Which ops this device should sign next: its enrolment where the log lacks it, the first control op of a note it founded, and
// one op of text. Pure: nothing is taken or counted here.
import { can } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import {
  decodeCertificate,
  encodeEnrol,
  hexKey,
  isLinkPrincipal,
  type Ledger,
  type Op,
  type OpType,
  prepareOp,
  type Principal,
  roleOf,
  type Sha256,
  type UnsignedOp,
} from "@reed/log";
import { foundingControl, nextFields } from "./authoring.ts";

export interface Draft {
  readonly type: OpType;
  readonly key: string;
  readonly opId: Uint8Array;
  readonly wallTimeUs: number;
  readonly unsigned: UnsignedOp;
}

export interface Desk {
  readonly ledger: Ledger;
  readonly device: Uint8Array;
  /** Signed and not yet read back from the log, oldest first. */
  readonly inFlight: readonly Op[];
  /** Encoded certificates of this device, best first. */
  readonly certificates: readonly Uint8Array[];
  /** The highest counter ever used. */
  readonly ctr: number;
  readonly nowUs: number;
  readonly sha256: Sha256;
}

/** Whether the device may write text now, or can once it enrols. */
export function mayDraft(desk: Desk): boolean {
  return isWriter(desk) || isEnrolling(desk) || chooseCertificate(desk, isFounder(desk)) !== null;
}

/** The ops to sign, `body` (an encoded data body) last. With `body` null only what the log needs of this device anyway. */
export function draftOps(desk: Desk, body: Uint8Array | null): readonly Draft[] {
  const drafts: Draft[] = [];
  const add = (type: OpType, bytes: Uint8Array): void => {
    const ctr = desk.ctr + drafts.length + 1;
    const pending = [...desk.inFlight, ...drafts];
    const fields = nextFields(type, bytes, desk.ledger, { device: desk.device, pending, ctr, nowUs: desk.nowUs });
    const unsigned = prepareOp(fields, desk.sha256);
    drafts.push({ type, key: hexKey(unsigned.opId), opId: unsigned.opId, wallTimeUs: fields.wallTimeUs, unsigned });
  };
  const founds = isFounder(desk);
  const credential = founds || (body !== null && !isWriter(desk)) ? chooseCertificate(desk, founds) : null;
  if (credential !== null) {
    const isEnrolled = desk.ledger.author(desk.device)?.principals.includes(credential.principal) ?? false;
    if (!isEnrolled && !isEnrolling(desk)) add("enrol", encodeEnrol([credential.certificate]));
    const isControlling = desk.inFlight.some(({ type }) => type === "control");
    if (founds && !isControlling) add("control", foundingControl(credential.principal, desk.sha256));
  }
  if (body !== null) add("data", body);
  return drafts;
}

/** This device made the note, and the note has no owner yet. */
function isFounder({ ledger, device }: Desk): boolean {
  return !ledger.isFounded && ledger.founder !== null && equalBytes(ledger.founder, device);
}

function isWriter({ ledger, device, nowUs }: Desk): boolean {
  return can(ledger.roleOfDevice(device, nowUs), "write_text");
}

function isEnrolling({ inFlight }: Desk): boolean {
  return inFlight.some(({ type }) => type === "enrol");
}

/** A founder enrols as the user that it is; everybody else with the first certificate whose principal may write. */
function chooseCertificate(
  desk: Desk,
  founds: boolean,
): { readonly certificate: Uint8Array; readonly principal: Principal } | null {
  for (const certificate of desk.certificates) {
    const { principal } = decodeCertificate(certificate);
    const fits = founds
      ? !isLinkPrincipal(principal)
      : can(roleOf(desk.ledger.grants, principal, desk.nowUs), "write_text");
    if (fits) return { certificate, principal };
  }
  return null;
}
