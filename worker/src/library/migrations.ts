// The tables of a library. host/migrations.ts says how steps are run; HOST_TABLES are those of every object with a log.
import { LOG_TABLE } from "@reed/room";
import type { Steps } from "../host/migrations.ts";
import { EVIDENCE_TABLE, HOST_TABLES } from "../host/tables.ts";
import { CLAIMS_TABLE } from "./claims.ts";
import { ENTRY_TABLES } from "./entry-table.ts";
import { OPENINGS_TABLES } from "./openings.ts";
import { SEARCH_TABLES } from "./search-index.ts";
import { SYNCED_TABLE } from "./synced.ts";

export const LIBRARY_STEPS: Steps = [
  [LOG_TABLE, EVIDENCE_TABLE, ...HOST_TABLES],
  [...ENTRY_TABLES, ...SEARCH_TABLES, ...OPENINGS_TABLES, CLAIMS_TABLE, SYNCED_TABLE],
];
