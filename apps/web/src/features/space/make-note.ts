import type { Workspace } from "@reed/sync";
import type { DiscordHost } from "../../host/discord-host.ts";
import { notePathOf } from "../../shell/route.ts";
import { navigate } from "../../shell/use-route.ts";
import { showToast } from "../../ui/toasts.ts";
import { introduce } from "./introduce.ts";
import type { SpaceWatch } from "./space-watch.ts";

/** By then the server knows the note, if it is there at all. */
const PATIENCE_MS = 30_000;

/** A new note of this channel, opened. That the channel gets it is seen to meanwhile. */
export async function makeNote(
  workspace: Workspace,
  host: Pick<DiscordHost, "note" | "subscribe">,
  watch: SpaceWatch,
): Promise<void> {
  const reference = await workspace.createNote();
  navigate(notePathOf(reference));
  const give = () => workspace.call((api) => api.putChannel(reference.noteId, { role: "editor" }));
  untilSaved(host, reference.noteId)
    .then(() => introduce(give, (ms) => new Promise((resolve) => setTimeout(resolve, ms))))
    .then(
      () => watch.refresh(),
      () => showToast("People in this channel can’t see your new note yet. Let them in by Share."),
    );
}

/** Resolves as soon as the note is on the server, or is no longer on the sheet, or has been waited for long enough. */
export function untilSaved(host: Pick<DiscordHost, "note" | "subscribe">, noteId: string): Promise<void> {
  return new Promise((resolve) => {
    let stopNote: (() => void) | null = null;
    const end = (): void => {
      clearTimeout(timer);
      stopHost();
      stopNote?.();
      resolve();
    };
    const look = (): void => {
      const note = host.note();
      if (note?.noteId !== noteId) {
        if (stopNote !== null) end();
        return;
      }
      if (note.status().save === "Saved") return end();
      stopNote ??= note.subscribe(look);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const stopHost = host.subscribe(look);
    look();
  });
}
