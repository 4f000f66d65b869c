export { FAN_OUT_INTERVAL_MS } from "./fan-out.ts";
export type { Gateway, RoomPorts } from "./ports.ts";
export { type FoundResult, Room, type WriteResult } from "./room.ts";
export type { Phase, SessionState, Visitor } from "./session.ts";
export { blobOf, integerOf, type Sql, type SqlRow, type SqlValue } from "./sql.ts";
export { LOG_TABLE, SqliteLogStore } from "./sqlite-log-store.ts";
