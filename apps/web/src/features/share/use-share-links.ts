// A note's share links as its owner sees them while the dialog is open.

import type { ShareLink } from "@reed/sync";
import { useEffect, useState } from "react";
import { type Problem, problemOfError } from "../../problems.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";

export interface ShareLinks {
  /** Null until they are there. */
  readonly links: readonly ShareLink[] | null;
  readonly problem: Problem | null;
  /** The address of a link of this role: the newest unnamed one, or a new one. Rejects when none can be made. */
  addressFor(role: ShareLink["role"]): string | Promise<string>;
  revoke(linkId: string): Promise<void>;
}

/** `isOwner` false: nothing is asked for. The list is asked for again whenever `peopleHere` changes. */
export function useShareLinks(noteId: string, isOwner: boolean, peopleHere: number): ShareLinks {
  const workspace = useWorkspace();
  const [links, setLinks] = useState<readonly ShareLink[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    if (!isOwner) return;
    let isShown = true;
    const load = async () => {
      try {
        const found = await workspace.links(noteId);
        if (!isShown) return;
        setLinks(found);
        setProblem(null);
      } catch (error) {
        if (isShown) setProblem(problemOfError(error));
      }
    };
    void load();
    return () => {
      isShown = false;
    };
  }, [workspace, noteId, isOwner, peopleHere]);

  return {
    links,
    problem,
    addressFor(role) {
      const known = reusableLink(links ?? [], role);
      if (known !== null) return known.url;
      return workspace.createLink(noteId, role).then((made) => {
        setLinks((before) => [made, ...(before ?? [])]);
        return made.url;
      });
    },
    async revoke(linkId) {
      try {
        await workspace.revokeLink(noteId, linkId);
        setLinks((before) => before?.filter((link) => link.id !== linkId) ?? null);
        setProblem(null);
      } catch (error) {
        setProblem(problemOfError(error));
      }
    },
  };
}

/** The newest link of this role without a name: a named one was made for somebody. */
export function reusableLink(links: readonly ShareLink[], role: ShareLink["role"]): ShareLink | null {
  const fitting = links.filter((link) => link.role === role && link.name === null);
  return fitting.reduce<ShareLink | null>(
    (newest, link) => (newest === null || link.createdAtMs > newest.createdAtMs ? link : newest),
    null,
  );
}
