import type { Device } from "@reed/api";
import { useCallback } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useNow } from "../../ui/use-now.ts";
import { useTaskQueue } from "../../ui/use-task-queue.ts";
import { ConfirmButton } from "../../ui/ConfirmButton.tsx";
import { syncedWords } from "./account-words.ts";

/** Where this person's notes are kept. One that was lost is taken away here, and never comes back. */
export function DeviceList() {
  const workspace = useWorkspace();
  const load = useCallback(() => workspace.call((api) => api.devices()), [workspace]);
  const { value, problem, change } = useLoaded(load);
  const queue = useTaskQueue();
  const revoke = async ({ device }: Device) => {
    const isDone = await queue.add(async () => {
      await workspace.call((api) => api.revokeDevice(device));
      return true;
    });
    if (isDone !== true) return;
    change((list) => ({ ...list, items: list.items.filter((item) => item.device !== device) }));
  };
  const nowMs = useNow();
  return (
    <section className="account-part" aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      <p className="hint">
        A device you remove is cut off at once. What it already has it can no longer send, and it gets nothing new.
      </p>
      <ProblemText problem={queue.problem ?? problem} />
      <ul className="rows" aria-label="Devices">
        {value?.items.map((item) => (
          <li key={item.device} className="row">
            <span className="row-words">
              <span className="row-name" dir="auto">
                {item.name}
              </span>
              <span className="row-facts">
                {item.isCurrent ? "this device · " : ""}
                {syncedWords(item.lastSyncedAt, nowMs)}
              </span>
            </span>
            {!item.isCurrent && (
              <ConfirmButton
                name="Remove"
                label={`Remove ${item.name}`}
                confirmName="Remove for good"
                onConfirm={() => revoke(item)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
