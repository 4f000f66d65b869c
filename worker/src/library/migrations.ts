// The tables of a library. host/migrations.ts says how steps are run; HOST_TABLES are those of every object with a log.
import { LOG_TABLE } from "@reed/room";
import type { Steps } from "../host/migrations.ts";
import { EVIDENCE_TABLE, HOST_TABLES } from "../host/tables.ts";

export const LIBRARY_STEPS: Steps = [[LOG_TABLE, EVIDENCE_TABLE, ...HOST_TABLES]];
