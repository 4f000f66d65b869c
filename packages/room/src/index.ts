export { type Archive, type ArchiveBase, EMPTY_ARCHIVE } from "./archive.ts";
export type { Bounds } from "./bounds.ts";
export type { Act } from "./gateway-author.ts";
export { PACK_ROWS } from "./op-packs.ts";
export type { Gateway, RoomPorts } from "./ports.ts";
export type { FoundResult, WriteResult } from "./results.ts";
export { Room } from "./room.ts";
export type { Phase, SessionState, Visitor } from "./session.ts";
export type { MadeSnapshot, SnapshotContent } from "./snapshotting.ts";
export { blobOf, integerOf, type Sql, type SqlRow, type SqlValue } from "./sql.ts";
export {
  ARCHIVE_TABLES,
  type ArchiveOptions,
  type InstalledSnapshot,
  MAX_SQL_SNAPSHOT_BYTES,
  type NewSnapshot,
  type SnapshotPlace,
  SqliteArchive,
} from "./sqlite-archive.ts";
export { LOG_TABLE, SqliteLogStore } from "./sqlite-log-store.ts";
export { ROOM_LIMITS, type RoomLimits } from "./turnstile.ts";
export { type BucketSize, TokenBucket } from "./token-bucket.ts";
