// What a device is made of.
import type { NoteId } from "@reed/log";
import type { Visitor } from "@reed/room";
import type { DeviceTimes } from "./device-disk.ts";
import type { Host } from "./host.ts";
import type { FakeKey } from "./keys.ts";
import type { LogOracle } from "./log-oracle.ts";
import type { Marks } from "./marks.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

export interface DeviceOptions {
  readonly name: string;
  readonly noteId: NoteId;
  readonly key: FakeKey;
  readonly visitor: Visitor;
  readonly certificates: readonly Uint8Array[];
  /** For the device that makes the note: its genesis and the id that follows from it. */
  readonly genesis: { readonly envelope: Uint8Array; readonly docId: Uint8Array } | null;
  readonly host: Host;
  readonly oracle: LogOracle;
  readonly marks: Marks;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly times: DeviceTimes;
  readonly checkpointOps: number;
  readonly receiptEveryBytes: number;
  /** Its program is of the first release. */
  readonly isOld: boolean;
  readonly tally: Tally;
  /** Called when work goes on in promises. */
  readonly onAsync: () => void;
}
