export type {
  AccountState,
  Draft,
  NoteReference,
  NoteStatus,
  NoteSummary,
  OpenNote,
  Person,
  RemoteCursor,
  SaveState,
  ShareLink,
  SignInRequest,
  Workspace,
} from "./open-note.ts";
export type { NoteShelf, ShelfEntry, ShelfStatus } from "./library/shelf.ts";
