// The tables of a space. host/migrations.ts says how steps are run.
import { DUE_TABLE } from "../host/due.ts";
import type { Steps } from "../host/migrations.ts";
import { NOTE_LIST_TABLES } from "./note-list.ts";
import { PEOPLE_HERE_TABLES } from "./people-here.ts";
import { TARGET_TABLES } from "./targets.ts";

export const SPACE_STEPS: Steps = [
  [
    DUE_TABLE,
    "CREATE TABLE facts (k INTEGER PRIMARY KEY CHECK (k = 1), channel TEXT NOT NULL, guild TEXT)",
    ...NOTE_LIST_TABLES,
    ...PEOPLE_HERE_TABLES,
    ...TARGET_TABLES,
  ],
];
