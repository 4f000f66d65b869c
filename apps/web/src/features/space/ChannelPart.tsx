import type { OpenNote } from "@reed/sync";
import { useCallback, useState } from "react";
import { useHost } from "../../host/host.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useTask } from "../../ui/use-task.ts";
import { cutWords } from "../share/share-words.ts";
import { useSpaceWatch } from "./space-context.ts";

type Choice = "editor" | "viewer" | "none";

/** Of the share dialog inside Discord: what the channel may do with the note, and a way to show it in a chat. */
export function ChannelPart({ note, isOwner }: { readonly note: OpenNote; readonly isOwner: boolean }) {
  return (
    <div className="channel-part">
      {isOwner && <ChannelQuestion noteId={note.noteId} />}
      <ShareToChat note={note} />
    </div>
  );
}

function ChannelQuestion({ noteId }: { readonly noteId: string }) {
  const workspace = useWorkspace();
  const watch = useSpaceWatch();
  const task = useTask();
  const [receipt, setReceipt] = useState<string | null>(null);
  const load = useCallback(
    async (): Promise<Choice> => (await workspace.call((api) => api.channelOf(noteId))).role ?? "none",
    [workspace, noteId],
  );
  const channel = useLoaded(load);
  const choose = async (choice: Choice) => {
    const before = channel.value;
    setReceipt(null);
    channel.change(() => choice);
    const isDone = await task.run(async () => {
      const words = await give(choice);
      setReceipt(words);
      announce(words);
    });
    if (!isDone && before !== null) channel.change(() => before);
    watch.refresh();
  };
  const give = async (choice: Choice): Promise<string> => {
    if (choice === "none") {
      const { cut } = await workspace.call((api) => api.removeChannel(noteId));
      return `People in this channel can’t open it any more. ${cutWords(cut)}`;
    }
    await workspace.call((api) => api.putChannel(noteId, { role: choice }));
    return choice === "editor" ? "Everybody in this channel can edit it." : "Everybody in this channel can read it.";
  };
  if (channel.value === null) return <ProblemText problem={channel.problem} />;
  return (
    <>
      <Segmented<Choice>
        question="People in this channel"
        segments={[
          { value: "editor", name: "Can edit" },
          { value: "viewer", name: "Can view" },
          { value: "none", name: "No access" },
        ]}
        value={channel.value}
        onChange={(choice) => void choose(choice)}
        isDisabled={task.isBusy}
      />
      {receipt !== null && <p className="receipt">{receipt}</p>}
      <ProblemText problem={task.problem} />
    </>
  );
}

function ShareToChat({ note }: { readonly note: OpenNote }) {
  const { share } = useHost();
  const [address, setAddress] = useState<string | null>(null);
  if (share === null) return null;
  const send = async () => {
    setAddress(null);
    note.flush();
    const outcome = await share(note.noteId);
    if (outcome.type === "refused") setAddress(outcome.address);
  };
  return (
    <>
      <button type="button" className="button button-main button-tall" onClick={() => void send()}>
        Share to chat
      </button>
      {address !== null && <CopyField label="Discord would not share it. Copy it from here" text={address} />}
    </>
  );
}
