// From a user's id to their library.
import type { Env } from "../env.ts";

export function libraryObject(env: Env, userId: string) {
  return env.LIBRARY.get(env.LIBRARY.idFromName(userId));
}
