// What a log knows of each device that wrote into it.
import type { Principal } from "./principal.ts";

export interface AuthorState {
  readonly ctr: number;
  readonly opId: Uint8Array;
  readonly wallTimeUs: number;
  /** For whom the device acts, by its enrol ops. */
  readonly principals: readonly Principal[];
  /** The device's own newest control op. */
  readonly control: ControlPosition | null;
}

export interface ControlPosition {
  readonly seq: number;
  readonly opId: Uint8Array;
}
