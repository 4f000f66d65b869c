// Who asks to be let into a note. Its owner hears of them while the note is open, and answers with one press.

import type { AccessRequest } from "@reed/api";
import { useCallback, useEffect, useState } from "react";
import { type Problem, problemOfError } from "../../problems.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";

const askEveryMs = 15_000;
const none: readonly AccessRequest[] = [];

export type Answer = "viewer" | "editor" | null;

export interface AccessRequests {
  readonly items: readonly AccessRequest[];
  readonly problem: Problem | null;
  answer(request: AccessRequest, role: Answer): Promise<void>;
}

/** `isOwner` false: nobody is asked for. */
export function useAccessRequests(noteId: string, isOwner: boolean): AccessRequests {
  const workspace = useWorkspace();
  const [items, setItems] = useState<readonly AccessRequest[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);

  const load = useCallback(async () => {
    if (document.visibilityState === "hidden") return;
    const found = await workspace.call((api) => api.accessRequests(noteId)).catch(() => null);
    if (found === null) return; // not reached: the next time
    setItems((before) => {
      const known = new Set(before.map(({ id }) => id));
      const isSame = found.items.length === before.length && found.items.every(({ id }) => known.has(id));
      return isSame ? before : found.items;
    });
  }, [workspace, noteId]);

  useEffect(() => {
    if (!isOwner) return;
    const first = setTimeout(() => void load());
    const timer = setInterval(() => void load(), askEveryMs);
    const look = () => void load();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [isOwner, load]);

  const asked = isOwner ? items : none;
  const newest = asked.at(-1);
  useEffect(() => {
    if (newest !== undefined) announce(`${newest.user.name} asks to open this note`);
  }, [newest]);

  return {
    items: asked,
    problem,
    async answer({ id, user }, role) {
      setProblem(null);
      try {
        await workspace.call((api) => api.answerAccessRequest(noteId, id, { role }));
        setItems((before) => before.filter((request) => request.id !== id));
        announce(role === null ? `${user.name} was not let in` : `${user.name} can open the note`);
      } catch (error) {
        setProblem(problemOfError(error));
      }
    },
  };
}
