// Headers on every answer of the worker. Reed runs inside Discord, whose pages and proxy may frame it where the server is set up for
// that; on a developer's machine the page that plays Discord may. Nobody else may.
import { activityOrigin, type DiscordConfig } from "../discord/config.ts";
import { configOf } from "../env.ts";
import type { AppMiddleware } from "./context.ts";

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
];
const DISCORD = ["https://discord.com", "https://*.discord.com"];
/** The only origin besides its own that Discord's SDK takes for Discord. */
const STAND_IN = "http://localhost:3333";
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const securityHeaders: AppMiddleware = async (c, next) => {
  await next();
  if (c.res.status === 101) return; // a socket; its response can't be made anew
  // Answers of bindings have headers that can't be changed. A body that is packed already would be packed again.
  if (!c.res.headers.has("Content-Encoding")) c.res = new Response(c.res.body, c.res);
  const { discord } = configOf(c.env);
  const ancestors = ancestorsOf(discord, new URL(c.req.url).hostname);
  c.res.headers.set("Content-Security-Policy", [...POLICY, `frame-ancestors ${ancestors.join(" ")}`].join("; "));
  c.res.headers.set("Referrer-Policy", "no-referrer");
  c.res.headers.set("X-Content-Type-Options", "nosniff");
};

function ancestorsOf(discord: DiscordConfig | null, host: string): readonly string[] {
  return [
    "'self'",
    ...(discord === null ? [] : [...DISCORD, activityOrigin(discord)]),
    ...(LOOPBACK.has(host) ? [STAND_IN] : []),
  ];
}
