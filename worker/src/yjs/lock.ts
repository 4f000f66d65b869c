// The owner's lock on the text (docs/spec/log.md, L49), as the fold of the log has it now.
import type { Role } from "@reed/access";
import { type Ledger, noteRegisters } from "@reed/log";

export function isLockedFor(role: Role | null, ledger: Ledger | null): boolean {
  if (role === "owner" || ledger === null) return false;
  return noteRegisters.read(ledger.fold(noteRegisters.reducer)).locked === true;
}
