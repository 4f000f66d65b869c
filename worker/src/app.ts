// The worker's front: what every request passes, then one file of routes for each noun.
import { allowedAt } from "@reed/api/operations";
import { Hono } from "hono";
import type { AppEnv } from "./http/context.ts";
import { addressRule } from "./http/address-rule.ts";
import { answerRules } from "./http/answers.ts";
import { idempotency } from "./http/idempotency.ts";
import { limitBody, limitRate } from "./http/limits.ts";
import { notThere } from "./http/not-there.ts";
import { crossOrigin, originRule } from "./http/origin.ts";
import { answerError } from "./http/problem.ts";
import { limitMaking } from "./http/quotas.ts";
import { requestLog } from "./http/request-log.ts";
import { maintenance } from "./http/maintenance.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { limitWrites } from "./http/write-rate.ts";
import { accounts } from "./routes/accounts.ts";
import { accessRequests } from "./routes/access-requests.ts";
import { admin } from "./routes/admin.ts";
import { adminBackups } from "./routes/admin-backups.ts";
import { adminObjects } from "./routes/admin-objects.ts";
import { adminMetrics } from "./routes/admin-metrics.ts";
import { cards } from "./routes/cards.ts";
import { channel } from "./routes/channel.ts";
import { devices } from "./routes/devices.ts";
import { discord } from "./routes/discord.ts";
import { docs } from "./routes/docs.ts";
import { duplicate } from "./routes/duplicate.ts";
import { exports } from "./routes/export.ts";
import { guests } from "./routes/guests.ts";
import { history } from "./routes/history.ts";
import { interactions } from "./routes/interactions.ts";
import { library } from "./routes/library.ts";
import { blocks } from "./routes/blocks.ts";
import { lifecycle } from "./routes/lifecycle.ts";
import { members } from "./routes/members.ts";
import { links } from "./routes/links.ts";
import { log } from "./routes/log.ts";
import { me } from "./routes/me.ts";
import { notes } from "./routes/notes.ts";
import { openapi } from "./routes/openapi.ts";
import { pictures } from "./routes/pictures.ts";
import { platform } from "./routes/platform.ts";
import { privateLog } from "./routes/private-log.ts";
import { purge } from "./routes/purge.ts";
import { reports } from "./routes/reports.ts";
import { session } from "./routes/session.ts";
import { settings } from "./routes/settings.ts";
import { snapshots } from "./routes/snapshots.ts";
import { sockets } from "./routes/sockets.ts";
import { text } from "./routes/text.ts";
import { space } from "./routes/space.ts";
import { tickets } from "./routes/tickets.ts";
import { users } from "./routes/users.ts";
import { wellKnown } from "./routes/well-known.ts";
import { yjs } from "./yjs/route.ts";

export function createApp() {
  const app = new Hono<AppEnv>();
  app.onError(answerError);
  app.use(requestLog, securityHeaders);
  app.use(addressRule, maintenance);
  app.use("/api/*", answerRules, crossOrigin, limitRate, originRule, limitBody, limitWrites, idempotency, limitMaking);
  app.use("/yjs/*", limitRate, originRule);
  for (const routes of [
    platform,
    openapi,
    docs,
    wellKnown,
    guests,
    accounts,
    session,
    discord,
    me,
    users,
    devices,
    privateLog,
    library,
    notes,
    tickets,
    sockets,
    links,
    members,
    channel,
    space,
    lifecycle,
    accessRequests,
    blocks,
    text,
    exports,
    duplicate,
    history,
    settings,
    log,
    snapshots,
    reports,
    admin,
    adminBackups,
    adminObjects,
    purge,
    adminMetrics,
    cards,
    pictures,
    yjs,
    interactions,
  ])
    app.route("/", routes);
  app.all("/api/*", notThere);
  app.all("*", (c) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    return isRead || allowedAt(c.req.path).length === 0 ? c.env.ASSETS.fetch(c.req.raw) : notThere(c);
  });
  return app;
}
