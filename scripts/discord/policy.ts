// The policy that Discord's proxy puts in place of the application's, as seen in 2026-08 on published activities. In May 2025 it
// forbade workers for a while (discord-api-docs#7552), which can be asked for.
import { randomBytes } from "node:crypto";

const DISCORD = [
  "https://discord.com/api/",
  "https://canary.discord.com/api/",
  "https://ptb.discord.com/api/",
  "https://cdn.discordapp.com/attachments/",
  "https://cdn.discordapp.com/avatars/",
  "https://cdn.discordapp.com/icons/",
  "https://media.discordapp.net/attachments/",
  "https://media.discordapp.net/avatars/",
  "https://media.discordapp.net/icons/",
];

export function makeNonce(): string {
  return randomBytes(16).toString("base64");
}

export interface PolicyOptions {
  /** The proxy's, named as such in connect-src; script-src says 'self', which an opaque origin never is. */
  readonly origin: string;
  readonly nonce: string;
  readonly hasWorkers: boolean;
}

export function activityPolicy({ origin, nonce, hasWorkers }: PolicyOptions): string {
  const socket = origin.replace(/^http/, "ws");
  return [
    "default-src 'self'",
    `script-src 'self' 'unsafe-eval' 'nonce-${nonce}' blob:`,
    `connect-src ${origin}/ ${socket}/ ${DISCORD.join(" ")} data: blob:`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' blob: data: ${DISCORD.filter((url) => !url.includes("/api/")).join(" ")}`,
    "media-src 'self' blob: data:",
    `frame-src ${origin}/`,
    ...(hasWorkers ? [] : ["worker-src 'none'"]),
  ].join("; ");
}

/** Puts the nonce on inline scripts, and on no others. */
export function withNonce(html: string, nonce: string): string {
  return html.replaceAll(/<script\b(?![^>]*\bsrc\s*=)([^>]*)>/gi, `<script nonce="${nonce}"$1>`);
}
