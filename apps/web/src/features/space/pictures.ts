// Whose picture is whose: the server says who is here, Discord's client has the pictures, and all they share is a name. A picture is
// shown only where the name leaves no doubt.

import { safeName } from "@reed/editor";
import type { Participant } from "../../host/host.ts";

/** For a person of the channel by name; null where nobody, or more than one, could be meant. `people`: everybody's names. */
export function pictureFor(
  name: string,
  people: readonly string[],
  participants: readonly Participant[],
): string | null {
  const wanted = safeName(name);
  if (people.filter((other) => safeName(other) === wanted).length > 1) return null;
  const meant = participants.filter(({ names }) => names.some((each) => safeName(each) === wanted));
  return meant.length === 1 ? (meant[0]?.picture ?? null) : null;
}
