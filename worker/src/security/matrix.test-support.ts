// The people of the authorisation matrix, what each of them brings, and what must come of it: worked out from what the table of
// operations says of each call, and from nothing else.
import { type Role, ROLES } from "@reed/access";
import { type Operation, paramsOf } from "@reed/api/operations";
import { type NoteId, userPrincipal } from "@reed/log";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { noteObject } from "../routes/note-address.ts";
import { newPlace, newVisitor, type Place, putInside } from "../space/space.test-support.ts";
import { api, type Guest, newGuest, newLink, newNote, type OwnedNote, postJson } from "../world.test-support.ts";

/** By the name that paths have for them. */
export type Ids = Readonly<Record<string, string>>;

export const WHO = [
  "nobody",
  "stranger",
  "removed member",
  "revoked link",
  "ended session",
  "deleted account",
  "view link",
  "edit link",
  "of another channel",
  "of the channel",
  "viewer",
  "editor",
  "owner",
] as const;
export type Who = (typeof WHO)[number];

/** What somebody brings in Authorization; null for nothing. */
export type Badges = Readonly<Record<Who, string | null>>;

/** allowed: not refused for who asks. Else the problem that it is. */
export type Outcome =
  | "allowed"
  | "401 unauthenticated"
  | "401 session_ended"
  | "403 account_deleted"
  | "403 forbidden"
  | "404 not_found"
  | "426 upgrade_required";

export interface People {
  readonly owner: Guest;
  readonly editor: Guest;
  readonly viewer: Guest;
  readonly stranger: Guest;
  readonly removed: Guest;
  readonly ended: Guest;
  readonly deleted: Guest;
  /** Came through a chat channel that may edit the note, and through one that has nothing. */
  readonly inside: Guest;
  readonly elsewhere: Guest;
  /** Where `inside` is. */
  readonly place: Place;
}

export interface SharedNote extends OwnedNote {
  readonly badges: Badges;
  readonly ids: Ids;
}

/** An id that the world has none of is one that nobody has. */
const NOBODYS: Ids = {
  noteId: "AAAAAAAAAAAAAAAAAAAAAA",
  linkId: "AAAAAAAAAAAAAAAA",
  userId: "00000000-0000-7000-8000-000000000000",
  blockId: "00000000-0000-7000-8000-000000000000",
  sessionId: "00000000-0000-7000-8000-000000000001",
  requestId: "00000000-0000-7000-8000-000000000002",
  reportId: "00000000-0000-7000-8000-000000000003",
  device: "A".repeat(43),
  version: "0",
  file: "1-AAAA.png",
  snowflake: "1",
  avatar: "0".repeat(32),
  rest: "x",
};

/** What an operation can't do without. */
const QUERIES: Readonly<Record<string, string>> = { getChain: "?seq=1", findUser: "?username=nobody" };

/** The address of an operation with the query that it needs. */
export function addressOf(operation: Operation, ids: Ids): string {
  return pathOf(operation, ids) + (QUERIES[operation.id] ?? "");
}

/** The address of an operation; ids go in as they stand. */
export function pathOf(operation: Pick<Operation, "path">, ids: Ids): string {
  const given = paramsOf(operation).map((name) => ids[name] ?? NOBODYS[name] ?? "x");
  let at = 0;
  return operation.path
    .split("/")
    .map((part) => (part.startsWith(":") || part === "*" ? (given[at++] ?? "x") : part))
    .join("/");
}

export async function newPeople(): Promise<People> {
  const [place, other] = [newPlace(), newPlace()];
  const [owner, editor, viewer, stranger, removed, ended, deleted, inside, elsewhere] = await Promise.all([
    newGuest("Owner"),
    newGuest("Editor"),
    newGuest("Viewer"),
    newGuest("Stranger"),
    newGuest("Removed"),
    newGuest("Ended"),
    newGuest("Deleted"),
    newVisitor(place, "Inside"),
    newVisitor(other, "Elsewhere"),
  ]);
  // What is asked of a channel is asked of the one that the caller is in.
  for (const { token } of [owner, editor, viewer]) await putInside(token, other);
  for (const { token } of [stranger, removed]) await putInside(token, newPlace());
  return { owner, editor, viewer, stranger, removed, ended, deleted, inside, elsewhere, place };
}

/** Those who had everything and have lost it. Called when the notes that they had are made. */
export async function endPeople({ ended, deleted }: People): Promise<void> {
  const headers = ({ token }: Guest) => ({ Authorization: `Bearer ${token}` });
  const answers = await Promise.all([
    api("/api/session", { method: "DELETE", headers: headers(ended) }),
    api("/api/me", { method: "DELETE", headers: headers(deleted), body: "{}" }),
  ]);
  for (const { status } of answers) if (status !== 204) throw new Error(`not ended: ${status}`);
}

/** A note of `owner` with everybody in their place. */
export async function shareNote(people: People, { isWithLost }: { readonly isWithLost: boolean }): Promise<SharedNote> {
  const { owner, editor, viewer, removed, ended, deleted } = people;
  const note = await newNote(owner, "# Title\n\nWords");
  const path = `/api/notes/${note.id}`;
  const share = async ({ userId }: Guest, role: Role) => {
    const { status } = await ask(`${path}/members/${userId}`, "PUT", owner, { role });
    if (status !== 201) throw new Error(`not shared: ${status}`);
  };
  const [viewLink, editLink, revoked] = await Promise.all([
    newLink(owner, note.id, { role: "viewer" }),
    newLink(owner, note.id, { role: "editor" }),
    newLink(owner, note.id, { role: "editor" }),
    share(editor, "editor"),
    share(viewer, "viewer"),
    share(removed, "editor"),
    ...(isWithLost ? [share(ended, "owner"), share(deleted, "owner")] : []),
  ]);
  await Promise.all([
    ask(`${path}/members/${removed.userId}`, "DELETE", owner),
    ask(`${path}/links/${revoked.id}`, "DELETE", owner),
  ]);
  await giveTo(note.id, owner, people.place);
  const withSecret = ({ id, url }: { readonly id: string; readonly url: string }) =>
    `Reed-Link ${id}.${url.split("#")[1] ?? ""}`;
  const bearer = ({ token }: Guest) => `Bearer ${token}`;
  return {
    ...note,
    badges: {
      nobody: null,
      stranger: bearer(people.stranger),
      "removed member": bearer(removed),
      "revoked link": withSecret(revoked),
      "ended session": bearer(ended),
      "deleted account": bearer(deleted),
      "view link": `Reed-Link ${viewLink.id}`,
      "edit link": withSecret(editLink),
      "of another channel": bearer(people.elsewhere),
      "of the channel": bearer(people.inside),
      viewer: bearer(viewer),
      editor: bearer(editor),
      owner: bearer(owner),
    },
    ids: { noteId: note.id, linkId: viewLink.id, userId: viewer.userId },
  };
}

/** As an owner does who sits there; this one sits elsewhere, so that the owner's role is theirs and not the channel's. */
async function giveTo(noteId: NoteId, { userId }: Guest, { channelId }: Place): Promise<void> {
  const actor = { id: userId, name: "Owner", principal: userPrincipal(userId), channelId };
  const given = await noteObject(env, noteId).putChannel(actor, "editor");
  if ("code" in given) throw new Error(`not given: ${given.code}`);
}

const LINKS: ReadonlySet<Who> = new Set<Who>(["revoked link", "view link", "edit link"]);

/** What must come of it when `who` calls `operation`. */
export function outcomeOf({ access }: Operation, who: Who): Outcome {
  switch (access.type) {
    case "admin":
      return "404 not_found";
    case "ticket":
      return "426 upgrade_required";
    case "public":
    case "session":
      return "allowed";
    case "user":
    case "note":
      break;
  }
  if (who === "nobody") return "401 unauthenticated";
  if (who === "ended session") return "401 session_ended";
  if (who === "deleted account") return "403 account_deleted";
  if (LINKS.has(who) && (access.type === "user" || access.links === "none")) return "401 unauthenticated";
  if (access.type === "user") return "allowed";
  const role = roleOf(who, access.links);
  if (role === null) return "404 not_found";
  return ROLES.indexOf(role) >= ROLES.indexOf(access.least) ? "allowed" : "403 forbidden";
}

function roleOf(who: Who, links: "none" | "read" | "role"): Role | null {
  switch (who) {
    case "owner":
    case "editor":
    case "viewer":
      return who;
    case "view link":
      return "viewer";
    case "of the channel":
      return "editor";
    case "edit link":
      return links === "role" ? "editor" : "viewer";
    default:
      return null;
  }
}

export function ask(path: string, method: string, { token }: Guest, body?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return api(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

const requestList = v.object({ items: v.array(v.object({ id: v.string() })) });

/** The id of a request for access that stands. */
export async function openRequest(note: OwnedNote, { stranger, owner }: People): Promise<string> {
  const path = `/api/notes/${note.id}/access-requests`;
  await postJson(path, {}, stranger.token);
  const { items } = v.parse(requestList, await (await ask(path, "GET", owner)).json());
  return items[0]?.id ?? "";
}
