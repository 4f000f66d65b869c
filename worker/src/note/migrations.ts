// The tables of a note. host/migrations.ts says how steps are run; HOST_TABLES are those of every object with a log.
import { LOG_TABLE } from "@reed/room";
import { LIVING_CARDS_TABLE } from "../discord/living-card-table.ts";
import { THIN_SOON, VERSIONS_TABLE } from "../history/version-table.ts";
import type { Steps } from "../host/migrations.ts";
import { EVIDENCE_TABLE, HOST_TABLES } from "../host/tables.ts";
import { BLOCKS_TABLE } from "./blocks.ts";
import { CHANNELS_TABLES } from "./channels.ts";
import { FACTS_TABLES } from "./facts.ts";
import { FOLLOWERS_TABLE } from "./followers.ts";
import { MEMBERS_TABLE } from "./members.ts";
import { OUTBOX_TABLE } from "./outbox.ts";
import { PEOPLE_TABLE } from "./people.ts";
import { PROJECTION_TABLE } from "./projection.ts";
import { REQUESTS_TABLE } from "./requests.ts";

export const NOTE_STEPS: Steps = [
  [
    LOG_TABLE,
    `CREATE TABLE links (
      link_id TEXT PRIMARY KEY,
      principal TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL,
      name TEXT,
      created_us INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      expires_us INTEGER,
      max_uses INTEGER,
      secret BLOB,
      revoked_us INTEGER,
      last_used_us INTEGER,
      uses INTEGER NOT NULL
    )`,
    "CREATE TABLE link_uses (principal TEXT, device BLOB, PRIMARY KEY (principal, device)) WITHOUT ROWID",
    EVIDENCE_TABLE,
    "CREATE TABLE projection (k TEXT, part INTEGER, v ANY, PRIMARY KEY (k, part))",
  ],
  ["DROP TABLE projection", PROJECTION_TABLE, ...HOST_TABLES],
  [VERSIONS_TABLE],
  [...FACTS_TABLES, PEOPLE_TABLE, MEMBERS_TABLE, BLOCKS_TABLE, REQUESTS_TABLE, OUTBOX_TABLE, FOLLOWERS_TABLE],
  [...CHANNELS_TABLES],
  [LIVING_CARDS_TABLE],
  [THIN_SOON],
];
