// The tables that every object with a log has beside the log itself and the evidence.
import { ARCHIVE_TABLES } from "@reed/room";
import { DUE_TABLE } from "./due.ts";
import { NAME_TABLES } from "./name.ts";

/** Ops that contradict each other, as proof. */
export const EVIDENCE_TABLE =
  "CREATE TABLE evidence (op_id BLOB PRIMARY KEY, envelope BLOB NOT NULL, kept_us INTEGER NOT NULL)";

/** As one step of migrations. */
export const HOST_TABLES: readonly string[] = [DUE_TABLE, ...NAME_TABLES, ...ARCHIVE_TABLES];
