export type {
  Draft,
  NoteReference,
  NoteStatus,
  NoteSummary,
  OpenNote,
  Person,
  RemoteCursor,
  SaveState,
  ShareLink,
  Workspace,
} from "./open-note.ts";
