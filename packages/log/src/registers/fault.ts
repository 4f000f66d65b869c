// Why a payload for a register set is refused: one closed list for server, replicas and tests (docs/spec/registers.md).

export type RegisterFault = "too_big" | "malformed" | "time" | "key" | "unknown_key" | "type" | "role" | "too_many";

/** The same fault as a log reports it. */
export type RegisterRefusal = `register_${RegisterFault}`;
