// GET /api/notes: the notes that somebody owns or was given, listed or searched.
import * as v from "valibot";
import { noteIdField, roleField, seqParam, timeField, userIdField } from "./fields.ts";

export const NOTE_SCOPES = ["owned", "shared", "all", "trash"] as const;
export const NOTE_SORTS = ["updated", "created", "title", "creator"] as const;

const MAX_NOTES_PER_PAGE = 100;
const MAX_QUERY_LENGTH = 200;
const MAX_TAG_LENGTH = 64;
const MAX_CURSOR_LENGTH = 2000;

const namedSchema = v.object({ id: userIdField, name: v.string() });

/** Where a match lies: text around it, as it stands in the note. */
const highlightSchema = v.object({
  field: v.picklist(["title", "text"]),
  before: v.string(),
  match: v.string(),
  after: v.string(),
});

export const noteItemSchema = v.object({
  id: noteIdField,
  url: v.string(),
  /** First line; empty for an empty note. */
  title: v.string(),
  /** What follows the title, on one line. */
  excerpt: v.string(),
  role: roleField,
  createdAt: timeField,
  updatedAt: timeField,
  createdBy: v.nullable(namedSchema),
  /** null, like `sharedAt`, for whoever made it. */
  sharedBy: v.nullable(namedSchema),
  sharedAt: v.nullable(timeField),
  trashedAt: v.nullable(timeField),
  /** People with a role, owners first, at most 100. */
  members: v.array(v.object({ ...namedSchema.entries, role: roleField })),
  color: v.nullable(v.string()),
  icon: v.nullable(v.string()),
  tags: v.array(v.string()),
});

export const listedNoteSchema = v.object({
  ...noteItemSchema.entries,
  /** Only in answers to a search; at most three. */
  highlights: v.optional(v.array(highlightSchema)),
});

/** Without `sort` a search is answered best first, a list by `updated`. `order`: newest first for times, else from A. */
export const listNotesQuerySchema = v.object({
  scope: v.optional(v.picklist(NOTE_SCOPES), "all"),
  q: v.optional(v.pipe(v.string(), v.maxLength(MAX_QUERY_LENGTH))),
  sort: v.optional(v.picklist(NOTE_SORTS)),
  order: v.optional(v.picklist(["asc", "desc"])),
  createdBy: v.optional(userIdField),
  sharedBy: v.optional(userIdField),
  sharedWith: v.optional(userIdField),
  tag: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TAG_LENGTH))),
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_NOTES_PER_PAGE)), "50"),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(MAX_CURSOR_LENGTH))),
});

export const noteListSchema = v.object({
  items: v.array(listedNoteSchema),
  nextCursor: v.nullable(v.string()),
});

export type NoteScope = (typeof NOTE_SCOPES)[number];
export type NoteSort = (typeof NOTE_SORTS)[number];
export type NoteItem = v.InferOutput<typeof noteItemSchema>;
export type ListedNote = v.InferOutput<typeof listedNoteSchema>;
export type Highlight = v.InferOutput<typeof highlightSchema>;
export type ListNotesQuery = v.InferOutput<typeof listNotesQuerySchema>;
/** As a caller gives it. */
export type ListNotesRequest = Partial<Omit<ListNotesQuery, "limit">> & { readonly limit?: number | undefined };
export type NoteList = v.InferOutput<typeof noteListSchema>;
