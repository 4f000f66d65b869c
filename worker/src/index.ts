import { createApp } from "./app.ts";
import type { Env } from "./env.ts";

export { LibraryObject } from "./library/library-object.ts";
export { NoteObject } from "./note/note-object.ts";

const app = createApp();

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
