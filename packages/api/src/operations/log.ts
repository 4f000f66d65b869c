import {
  chainQuerySchema,
  chainSchema,
  noteStateSchema,
  opsQuerySchema,
  opsSchema,
  snapshotQuerySchema,
  updateQuerySchema,
} from "../note-log.ts";
import { json, media, note, NOTHING, type Operation } from "./operation.ts";

const BYTES = media("application/octet-stream");

export const logOperations: readonly Operation[] = [
  {
    id: "getState",
    method: "GET",
    path: "/api/notes/:noteId/state",
    summary: "Where the log stands, and what the text hashes to there",
    access: note("viewer", "read"),
    answers: { 200: json(noteStateSchema) },
    problems: [],
  },
  {
    id: "getChain",
    method: "GET",
    path: "/api/notes/:noteId/chain",
    summary: "The chain value at a position",
    access: note("viewer", "read"),
    query: chainQuerySchema,
    answers: { 200: json(chainSchema) },
    problems: ["compacted"],
  },
  {
    id: "listOps",
    method: "GET",
    path: "/api/notes/:noteId/ops",
    summary: "Ops after a position, or of one device from a counter on",
    access: note("viewer", "read"),
    query: opsQuerySchema,
    answers: { 200: json(opsSchema) },
    problems: ["compacted"],
  },
  {
    id: "getUpdate",
    method: "GET",
    path: "/api/notes/:noteId/update",
    summary: "One Yjs update that brings a document up to date",
    access: note("viewer", "read"),
    query: updateQuerySchema,
    answers: { 200: BYTES },
    problems: ["compacted"],
  },
  {
    id: "getSnapshot",
    method: "GET",
    path: "/api/notes/:noteId/snapshot",
    summary: "The newest snapshot as the gateway signed it",
    access: note("viewer", "read"),
    query: snapshotQuerySchema,
    answers: { 200: BYTES, 304: NOTHING },
    problems: ["no_snapshot"],
  },
];
