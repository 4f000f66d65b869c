// Who can open a note, as far as this person may see it, while the share dialog is open.

import type { Link, Member } from "@reed/api";
import type { Workspace } from "@reed/sync";
import { useCallback, useEffect, useState } from "react";
import { type Problem, problemOfError } from "../../problems.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { useLoaded } from "../../ui/use-loaded.ts";
import { reusableLink } from "./link-choice.ts";
import { addedWords, cutWords } from "./share-words.ts";

export type Role = Member["role"];
type LinkRole = Link["role"];

export interface Sharing {
  /** Null until they are there; empty for who may not see them. */
  readonly members: readonly Member[] | null;
  /** Null until they are there, and for all but owners. */
  readonly links: readonly Link[] | null;
  /** What came of the last thing done, in words. */
  readonly receipt: string | null;
  readonly problem: Problem | null;
  /** The address of a link of this role: the newest unnamed one, or a new one. Rejects when none can be made. */
  addressFor(role: LinkRole): string | Promise<string>;
  changeLink(linkId: string, changes: LinkChanges): Promise<boolean>;
  revoke(link: Link): Promise<boolean>;
  add(username: string, role: Role): Promise<boolean>;
  setRole(member: Member, role: Role): Promise<boolean>;
  remove(member: Member): Promise<boolean>;
}

export interface LinkChanges {
  readonly name?: string | null | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly maxUses?: number | null | undefined;
}

/** `peopleHere`: whenever it changes, everything is asked for again. */
export function useSharing(noteId: string, isOwner: boolean, peopleHere: number): Sharing {
  const workspace = useWorkspace();
  const loadMembers = useCallback(() => membersOf(workspace, noteId), [workspace, noteId]);
  const loadLinks = useCallback(
    async () => (isOwner ? (await workspace.call((api) => api.links(noteId))).items : null),
    [workspace, noteId, isOwner],
  );
  const members = useLoaded(loadMembers);
  const links = useLoaded(loadLinks);
  const [receipt, setReceipt] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { reload: reloadMembers } = members;
  const { reload: reloadLinks } = links;

  useEffect(() => {
    reloadMembers();
    reloadLinks();
  }, [reloadMembers, reloadLinks, peopleHere]);

  /** `work` gives what is to be said when it is done. */
  const act = async (work: () => Promise<string | null>): Promise<boolean> => {
    setReceipt(null);
    setProblem(null);
    try {
      const words = await work();
      setReceipt(words);
      if (words !== null) announce(words);
      return true;
    } catch (error) {
      setProblem(problemOfError(error));
      return false;
    } finally {
      reloadMembers();
      reloadLinks();
    }
  };

  const makeLink = async (role: LinkRole): Promise<string> => {
    const made = await workspace.call((api) => api.createLink(noteId, { role }));
    links.change((before) => [made, ...(before ?? [])]);
    return made.url;
  };

  const addressOnceLoaded = async (role: LinkRole): Promise<string> => {
    try {
      const { items } = await workspace.call((api) => api.links(noteId));
      return reusableLink(items, role)?.url ?? (await makeLink(role));
    } finally {
      reloadLinks();
    }
  };

  return {
    members: members.value,
    links: links.value,
    receipt,
    problem: problem ?? links.problem ?? members.problem,
    addressFor: (role) =>
      links.value === null ? addressOnceLoaded(role) : (reusableLink(links.value, role)?.url ?? makeLink(role)),
    changeLink: (linkId, changes) =>
      act(async () => {
        await workspace.call((api) => api.changeLink(noteId, linkId, changes));
        return null;
      }),
    revoke: (link) =>
      act(async () => {
        const { cut } = await workspace.call((api) => api.revokeLink(noteId, link.id));
        links.change((before) => before?.filter(({ id }) => id !== link.id) ?? null);
        return `The link works no longer. ${cutWords(cut)}`;
      }),
    add: (username, role) =>
      act(async () => {
        const user = await workspace.call((api) => api.findUser(username));
        await workspace.call((api) => api.putMember(noteId, user.id, { role }));
        return addedWords(user.name, role);
      }),
    setRole: ({ user }, role) =>
      act(async () => {
        const { cut } = await workspace.call((api) => api.putMember(noteId, user.id, { role }));
        return cut.sockets > 0 ? `${addedWords(user.name, role)} ${cutWords(cut)}` : addedWords(user.name, role);
      }),
    remove: ({ user }) =>
      act(async () => {
        const { cut } = await workspace.call((api) => api.removeMember(noteId, user.id));
        members.change((before) => before.filter((member) => member.user.id !== user.id));
        return `${user.name} can’t open the note any more. ${cutWords(cut)}`;
      }),
  };
}

/** Whoever came by a link alone is told nothing about others. */
async function membersOf(workspace: Workspace, noteId: string): Promise<readonly Member[]> {
  if (workspace.account().userId === null) return [];
  try {
    return (await workspace.call((api) => api.members(noteId))).items;
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
    if (code === "not_found" || code === "forbidden") return [];
    throw error;
  }
}
