// The page's calls to its server.
import type { Done, View } from "./view.ts";

async function post<Answer>(name: string, body: unknown): Promise<Answer | null> {
  const response = await fetch(`/local/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.ok ? ((await response.json()) as Answer) : null;
}

export interface Place {
  readonly user: string;
  readonly channel: string;
}

export async function look({ user, channel }: Place): Promise<View> {
  const query = new URLSearchParams({ user, channel });
  const response = await fetch(`/local/view?${query.toString()}`);
  return (await response.json()) as View;
}

export function launch(place: Place): Promise<Done | null> {
  return post("launch", place);
}

export function leave(place: Place): Promise<unknown> {
  return post("leave", place);
}

/** For a page that is going away. */
export function leaveAtLast(place: Place): void {
  navigator.sendBeacon("/local/leave", new Blob([JSON.stringify(place)], { type: "application/json" }));
}

export function say(place: Place, text: string): Promise<unknown> {
  return post("say", { ...place, text });
}

/** `act` as interactions.ts has it. */
export function act(place: Place, what: Readonly<Record<string, unknown>>): Promise<Done | null> {
  return post("interact", { ...place, act: what });
}

export function authorize(user: string, clientId: string, scopes: readonly string[]): Promise<unknown> {
  return post("authorize", { user, clientId, scopes });
}

/** null where the token is not good. */
export function authenticate(
  user: string,
  accessToken: string,
): Promise<{ readonly scopes: readonly string[] } | null> {
  return post("authenticate", { user, accessToken });
}
