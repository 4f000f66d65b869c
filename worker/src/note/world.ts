// The world outside a note's object: the libraries of its people, the spaces of its channels, and the platform's table of users.
import { channelIdOf } from "@reed/log";
import { LivingCardSender } from "../discord/living-card-sender.ts";
import { configOf, type Env } from "../env.ts";
import { spaceName } from "../space/rpc.ts";
import { IS_GUEST } from "../identity/guest-rule.ts";
import type { NoteWorld } from "./company.ts";
import { channelOf } from "./news.ts";

/** As many as one statement of D1 binds. */
const USERS_PER_READ = 100;

export function worldOf(env: Env): NoteWorld {
  const library = (userId: string) => env.LIBRARY.get(env.LIBRARY.idFromName(userId));
  const { discord } = configOf(env);
  return {
    cards: (noteId) => (discord === null ? null : new LivingCardSender(env, noteId, discord)),
    libraries: {
      receive: (address, events) => {
        const channelId = channelIdOf(channelOf(address));
        if (channelId === null) return library(address).receive(address, events);
        return env.SPACE.get(env.SPACE.idFromName(spaceName(channelId))).receive(events);
      },
      heads: (userId, items) => library(userId).heads(items),
    },
    areGuests: async (userIds) => {
      for (let index = 0; index < userIds.length; index += USERS_PER_READ) {
        const some = userIds.slice(index, index + USERS_PER_READ);
        const places = some.map(() => "?").join(", ");
        const account = await env.PLATFORM.prepare(
          `SELECT 1 FROM users WHERE NOT ${IS_GUEST} AND id IN (${places}) LIMIT 1`,
        )
          .bind(...some)
          .first();
        if (account !== null) return false;
      }
      return true;
    },
  };
}
