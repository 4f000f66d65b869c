// The worker's front: what every request passes, then one file of routes for each noun.
import { Hono } from "hono";
import type { AppEnv } from "./http/context.ts";
import { limitBody, limitRate } from "./http/limits.ts";
import { crossOrigin, originRule } from "./http/origin.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { requestLog } from "./http/request-log.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { admin } from "./routes/admin.ts";
import { cards } from "./routes/cards.ts";
import { devices } from "./routes/devices.ts";
import { guests } from "./routes/guests.ts";
import { history } from "./routes/history.ts";
import { links } from "./routes/links.ts";
import { log } from "./routes/log.ts";
import { notes } from "./routes/notes.ts";
import { pictures } from "./routes/pictures.ts";
import { platform } from "./routes/platform.ts";
import { privateLog } from "./routes/private-log.ts";
import { settings } from "./routes/settings.ts";
import { snapshots } from "./routes/snapshots.ts";
import { sockets } from "./routes/sockets.ts";
import { text } from "./routes/text.ts";
import { tickets } from "./routes/tickets.ts";
import { yjs } from "./yjs/route.ts";

export function createApp() {
  const app = new Hono<AppEnv>();
  app.onError(answerError);
  app.use(requestLog, securityHeaders);
  app.use("/api/*", crossOrigin, limitRate, originRule, limitBody);
  app.use("/yjs/*", limitRate, originRule);
  for (const routes of [
    platform,
    guests,
    devices,
    privateLog,
    notes,
    tickets,
    sockets,
    links,
    text,
    history,
    settings,
    log,
    snapshots,
    admin,
    cards,
    pictures,
    yjs,
  ])
    app.route("/", routes);
  app.all("/api/*", () => problemResponse("not_found"));
  app.all("*", (c) => c.env.ASSETS.fetch(c.req.raw));
  return app;
}
