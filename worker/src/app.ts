// The worker's front: what every request passes, then one file of routes for each noun.
import { Hono } from "hono";
import type { AppEnv } from "./http/context.ts";
import { limitBody, limitRate } from "./http/limits.ts";
import { crossOrigin, originRule } from "./http/origin.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { requestLog } from "./http/request-log.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { cards } from "./routes/cards.ts";
import { guests } from "./routes/guests.ts";
import { links } from "./routes/links.ts";
import { notes } from "./routes/notes.ts";
import { pictures } from "./routes/pictures.ts";
import { platform } from "./routes/platform.ts";
import { sockets } from "./routes/sockets.ts";
import { text } from "./routes/text.ts";
import { tickets } from "./routes/tickets.ts";

export function createApp() {
  const app = new Hono<AppEnv>();
  app.onError(answerError);
  app.use(requestLog, securityHeaders);
  app.use("/api/*", crossOrigin, limitRate, originRule, limitBody);
  for (const routes of [platform, guests, notes, tickets, sockets, links, text, cards, pictures])
    app.route("/", routes);
  app.all("/api/*", () => problemResponse("not_found"));
  app.all("*", (c) => c.env.ASSETS.fetch(c.req.raw));
  return app;
}
