// Pictures of Discord's people, fetched for our pages: inside Discord a page gets only some of them by itself, and outside of it
// Discord would learn who looks at what. Nothing comes through but a picture, and not a large one.
import { avatarHashField, readBody, snowflakeField } from "@reed/api";
import * as v from "valibot";
import type { DiscordConfig } from "./config.ts";

export interface Picture {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const TIMEOUT_MS = 3000;
const MAX_BYTES = 512 * 1024;
/** Pixels: twice what the app draws. */
const SIZE = 128;
const TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

export const avatarPathSchema = v.object({
  snowflake: snowflakeField,
  avatar: avatarHashField,
});

/** null: there is none, or what came is none. The path was checked by avatarPathSchema. */
export async function fetchAvatar(
  { cdn }: DiscordConfig,
  { snowflake, avatar }: v.InferOutput<typeof avatarPathSchema>,
  fetchLike: typeof fetch = (input, init) => fetch(input, init),
): Promise<Picture | null> {
  const controller = new AbortController();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    late.resolve(null);
    controller.abort();
  }, TIMEOUT_MS);
  try {
    const url = `${cdn}/avatars/${snowflake}/${avatar}.png?size=${SIZE}`;
    return await Promise.race([pictureAt(url, controller.signal, fetchLike), late.promise]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function pictureAt(url: string, signal: AbortSignal, fetchLike: typeof fetch): Promise<Picture | null> {
  const response = await fetchLike(url, { redirect: "manual", signal });
  const [type = ""] = (response.headers.get("Content-Type") ?? "").toLowerCase().split(";");
  const isPicture = response.status === 200 && TYPES.has(type.trim());
  const bytes = isPicture ? await readBody(response.body, MAX_BYTES) : null;
  if (!isPicture) await response.body?.cancel();
  return bytes === null || bytes.length === 0 ? null : { type: type.trim(), bytes };
}
