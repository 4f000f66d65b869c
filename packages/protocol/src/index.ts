export type { Ack, Nack } from "./answer.ts";
export { type AfterClose, CLOSE_CODES, type CloseReason, isCloseReason } from "./close-code.ts";
export type { Deliver, Delivered } from "./deliver.ts";
export { decodeDown, type Down, encodeDown, isFeedFrame, isGreetingFrame } from "./down.ts";
export type { Feed } from "./feed.ts";
export { UnknownFrameError } from "./frame.ts";
export type { Hello } from "./hello.ts";
export {
  MAX_FOLLOWED,
  MAX_FRAME_BYTES,
  MAX_IN_FLIGHT_BYTES,
  MAX_IN_FLIGHT_OPS,
  MAX_PAGE_BYTES,
  MAX_PEERS,
  MAX_PRESENCE_BYTES,
  RECEIPT_EVERY_BYTES,
  SEND_WINDOW_BYTES,
} from "./limits.ts";
export { type NackClass, type NackCode, nackClassOf } from "./nack-code.ts";
export {
  type PresenceChange,
  presenceEntry,
  type PresenceFault,
  presenceReducer,
  type Presences,
} from "./presence-reducer.ts";
export type { Resync } from "./notice.ts";
export type { Receipt } from "./receipt.ts";
export type { SnapshotNew } from "./snapshot-new.ts";
export type { LibraryCursor, Subscribe, Unsubscribe } from "./subscribe.ts";
export { decodeUp, encodeUp, type Up } from "./up.ts";
export { COMPACT_VERSION, negotiateVersion, SNAPSHOT_VERSION, WIRE_FLOOR, WIRE_VERSION } from "./version.ts";
export type { Peer, Welcome } from "./welcome.ts";
