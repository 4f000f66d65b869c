// The world outside a note's object: the libraries of its people, and the platform's table of users.
import type { Env } from "../env.ts";
import type { NoteWorld } from "./company.ts";

/** As many as one statement of D1 binds. */
const USERS_PER_READ = 100;

export function worldOf(env: Env): NoteWorld {
  const library = (userId: string) => env.LIBRARY.get(env.LIBRARY.idFromName(userId));
  return {
    libraries: {
      receive: (userId, events) => library(userId).receive(userId, events),
      heads: (userId, items) => library(userId).heads(items),
    },
    areGuests: async (userIds) => {
      for (let index = 0; index < userIds.length; index += USERS_PER_READ) {
        const some = userIds.slice(index, index + USERS_PER_READ);
        const places = some.map(() => "?").join(", ");
        const account = await env.PLATFORM.prepare(
          `SELECT 1 FROM users WHERE username IS NOT NULL AND id IN (${places}) LIMIT 1`,
        )
          .bind(...some)
          .first();
        if (account !== null) return false;
      }
      return true;
    },
  };
}
