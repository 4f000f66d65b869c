import { accountExportQuerySchema, exportQuerySchema } from "../export.ts";
import { createNoteResponseSchema } from "../notes.ts";
import { writtenSchema } from "../history.ts";
import { json, media, note, NOTHING, type Operation } from "./operation.ts";

const MARKDOWN = media("text/markdown");
const REFUSED = ["locked", "text_too_large", "changed_meanwhile", "invalid"] as const;

export const textOperations: readonly Operation[] = [
  {
    id: "getText",
    method: "GET",
    path: "/api/notes/:noteId/text",
    summary: "The note as Markdown",
    access: note("viewer", "role"),
    answers: { 200: MARKDOWN, 304: NOTHING },
    problems: ["invalid"],
  },
  {
    id: "putText",
    method: "PUT",
    path: "/api/notes/:noteId/text",
    summary:
      "Make this the text, by the least change to that of now; If-Match names the only position that it may change",
    access: note("editor", "role"),
    body: MARKDOWN,
    answers: { 200: json(writtenSchema) },
    problems: REFUSED,
  },
  {
    id: "appendText",
    method: "POST",
    path: "/api/notes/:noteId/append",
    summary: "Add to the end of the text",
    access: note("editor", "role"),
    body: MARKDOWN,
    answers: { 200: json(writtenSchema) },
    problems: REFUSED,
    isKeyed: true,
  },
  {
    id: "exportNote",
    method: "GET",
    path: "/api/notes/:noteId/export",
    summary: "The note as a file: Markdown, a page, or JSON with all that the caller may know of it",
    access: note("viewer", "role"),
    query: exportQuerySchema,
    answers: { 200: MARKDOWN, 304: NOTHING },
    problems: [],
  },
  {
    id: "exportAll",
    method: "GET",
    path: "/api/me/export",
    summary: "Everything that the caller can read, a line of JSON for each note",
    access: { type: "user" },
    query: accountExportQuerySchema,
    answers: { 200: media("application/x-ndjson") },
    problems: [],
  },
  {
    id: "duplicateNote",
    method: "POST",
    path: "/api/notes/:noteId/duplicate",
    summary: "A copy of the text and the look, as a new note of the caller",
    access: note("viewer", "role"),
    answers: { 201: json(createNoteResponseSchema) },
    problems: ["quota_reached"],
    isKeyed: true,
  },
];
