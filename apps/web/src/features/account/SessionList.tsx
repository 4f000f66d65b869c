import type { Session } from "@reed/api";
import { useCallback } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useNow } from "../../ui/use-now.ts";
import { useTaskQueue } from "../../ui/use-task-queue.ts";
import { whenWords } from "../notes/note-words.ts";
import { agentWords } from "./account-words.ts";

/** Every sign-in that holds. */
export function SessionList() {
  const workspace = useWorkspace();
  const load = useCallback(() => workspace.call((api) => api.sessions()), [workspace]);
  const { value, problem, change } = useLoaded(load);
  const queue = useTaskQueue();
  const nowMs = useNow();
  /** null: all the others. */
  const end = async (sessionId: string | null) => {
    const isDone = await queue.add(async () => {
      await workspace.call((api) => (sessionId === null ? api.endOtherSessions() : api.endSession(sessionId)));
      return true;
    });
    if (isDone !== true) return;
    const holds = ({ id, isCurrent }: Session) => isCurrent || (sessionId !== null && id !== sessionId);
    change((list) => ({ ...list, items: list.items.filter(holds) }));
  };
  const others = value?.items.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <section className="account-part" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you’re signed in</h2>
      <ProblemText problem={queue.problem ?? problem} />
      <ul className="rows" aria-label="Sessions">
        {value?.items.map(({ id, userAgent, createdAt, lastUsedAt, isCurrent }) => (
          <li key={id} className="row">
            <span className="row-words">
              <span className="row-name">{agentWords(userAgent)}</span>
              <span className="row-facts">
                {isCurrent
                  ? `here, since ${whenWords(Date.parse(createdAt), nowMs)}`
                  : `last used ${whenWords(Date.parse(lastUsedAt), nowMs)}`}
              </span>
            </span>
            {!isCurrent && (
              <button
                type="button"
                className="revoke"
                aria-label={`Sign out ${agentWords(userAgent)}`}
                onClick={() => void end(id)}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 1 && (
        <button type="button" className="button" onClick={() => void end(null)}>
          Sign out everywhere else
        </button>
      )}
    </section>
  );
}
