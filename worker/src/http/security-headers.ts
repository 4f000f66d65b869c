// Headers on every answer of the worker. Reed runs inside Discord, whose pages and proxy may frame it; nobody else may.
import type { AppMiddleware } from "./context.ts";

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "frame-ancestors 'self' https://discord.com https://*.discord.com https://*.discordsays.com http://localhost:3333",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

export const securityHeaders: AppMiddleware = async (c, next) => {
  await next();
  if (c.res.status === 101) return; // a socket; its response can't be made anew
  // Answers of bindings have headers that can't be changed. A body that is packed already would be packed again.
  if (!c.res.headers.has("Content-Encoding")) c.res = new Response(c.res.body, c.res);
  c.res.headers.set("Content-Security-Policy", POLICY);
  c.res.headers.set("Referrer-Policy", "no-referrer");
  c.res.headers.set("X-Content-Type-Options", "nosniff");
};
