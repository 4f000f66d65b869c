// A user who calls about a note, as its people see them. Links are no users.
import { requireCaller } from "../auth/credentials.ts";
import type { AppContext } from "../http/context.ts";
import type { Person } from "../note/rpc.ts";

export async function requirePerson(c: AppContext): Promise<Person> {
  const { userId, name, principal, space } = await requireCaller(c);
  return { id: userId, name, principal, channelId: space?.channelId ?? null };
}
