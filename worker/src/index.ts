import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { backupDue } from "./admin/backup-due.ts";
import { sweep } from "./identity/purge.ts";

export { CardPainter } from "./card/renderer.ts";
export { LibraryObject } from "./library/library-object.ts";
export { NoteObject } from "./note/note-object.ts";
export { SpaceObject } from "./space/space-object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  scheduled: (_, env, ctx) => {
    ctx.waitUntil(sweep(env, Date.now()));
    ctx.waitUntil(backupDue(env, Date.now()));
  },
} satisfies ExportedHandler<Env>;
