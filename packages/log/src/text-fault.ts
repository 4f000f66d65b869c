// Why a `text` update is void: one closed list, the same on the server and on every replica.

export type TextUpdateFault =
  /** Not a V1 update: cut short, bytes left over, a number that never ends, text that is not UTF-8. */
  | "malformed"
  /**
   * Readable, but not as Yjs writes it: a number longer than it need be, clients or ranges out of order, an empty part, spare
   * bits, an item between a unit and itself.
   */
  | "not_canonical"
  /** A clientID above 2^32 - 1, or a clock above MAX_CLOCK. */
  | "out_of_range"
  /** Declares more clients, structs or delete ranges than the bytes that are left can hold: an update bomb. */
  | "too_many_structs"
  /** Neither structs nor deletes: an op that changes nothing. */
  | "empty"
  /** A Skip struct: the update leaves a hole to be filled later. */
  | "skip"
  /** Content other than text, deleted content or GC: a format, embed, nested type, subdocument. */
  | "content_type"
  /** Under another root than `text`, under a nested type, or under a map key. */
  | "parent_kind"
  /** U+000D in inserted text. */
  | "carriage_return"
  /** Half of a surrogate pair in inserted text. */
  | "lone_surrogate"
  /** Structs under a clientID that belongs to another claimant. */
  | "foreign_client"
  /** Structs that start above that client's next clock. */
  | "clock_gap"
  /** Structs that start below that client's next clock: a second content for an id that has one. */
  | "clock_reused"
  /** An origin that is neither in the log nor integrates earlier in this update: the struct would wait, perhaps for ever. */
  | "pending_origin"
  /** A delete range that ends above what the log and this update hold: it would erase what somebody types later. */
  | "delete_ahead";

/** Thrown inside the text-update files only; checkTextUpdate turns it into a verdict. */
export class TextUpdateRefusal extends Error {
  override readonly name = "TextUpdateRefusal";
  readonly fault: TextUpdateFault;

  constructor(fault: TextUpdateFault) {
    super(fault);
    this.fault = fault;
  }
}
