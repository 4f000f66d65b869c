import "../../styles/discord.css";
import type { OpenNote, Workspace } from "@reed/sync";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import type { DiscordHost } from "../../host/discord-host.ts";
import { HostContext, useHostState } from "../../host/host.ts";
import { type Problem, problemOfError } from "../../problems.ts";
import { EmptySheet } from "../../shell/EmptySheet.tsx";
import { notePathOf, type Route } from "../../shell/route.ts";
import { useRoute } from "../../shell/use-route.ts";
import { useAccount, WorkspaceContext } from "../../shell/workspace-context.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { LiveRegion } from "../../ui/LiveRegion.tsx";
import { Toasts } from "../../ui/Toasts.tsx";
import { NotePage } from "../note/NotePage.tsx";
import { ChannelCard } from "./ChannelCard.tsx";
import { FollowBar } from "./FollowBar.tsx";
import { LeftScreen } from "./LeftScreen.tsx";
import { makeNote } from "./make-note.ts";
import { SpaceContext, useSpace } from "./space-context.ts";
import type { SpaceWatch } from "./space-watch.ts";
import { SpaceSidebar } from "./SpaceSidebar.tsx";
import { useCaretInSight } from "./use-caret-in-sight.ts";
import { useKeptPlace } from "./use-kept-place.ts";

const NoteCard = lazy(async () => ({ default: (await import("./NoteCard.tsx")).NoteCard }));

export interface SpaceAppProps {
  readonly host: DiscordHost;
  readonly workspace: Workspace;
  readonly watch: SpaceWatch;
  /** Signs the person in again, after their session was over. */
  readonly comeBack: () => Promise<void>;
}

/** The app inside Discord: the channel's notes in place of one's own, and a card while it is only looked at. */
export function SpaceApp(props: SpaceAppProps) {
  const { host, workspace, watch } = props;
  return (
    <HostContext value={host}>
      <WorkspaceContext value={workspace}>
        <SpaceContext value={watch}>
          <Entered {...props} />
        </SpaceContext>
      </WorkspaceContext>
    </HostContext>
  );
}

function Entered(props: SpaceAppProps) {
  const { isSignedIn } = useAccount();
  useSurroundings();
  return isSignedIn ? <Inside {...props} /> : <LeftScreen comeBack={props.comeBack} />;
}

function Inside({ host, workspace, watch }: SpaceAppProps) {
  const route = useRoute();
  const { layout } = useHostState();
  const { view } = useSpace();
  const [problem, setProblem] = useState<Problem | null>(null);
  const note = useSyncExternalStore(host.subscribe, host.note);
  const title = useTitle(note);
  const isAway = layout !== "focused";
  const noteId = route.type === "note" ? route.reference.noteId : null;
  const people = view?.people.length ?? 1;

  useEffect(() => watch.arrive(noteId), [watch, noteId]);
  useEffect(() => watch.start(), [watch]);
  useEffect(() => host.tellActivity({ isInNote: noteId !== null, people }), [host, noteId, people]);
  useEndOfFollowing(watch, note);
  useKeptPlace(isAway);
  useCaretInSight(!isAway);

  const start = async () => {
    setProblem(null);
    try {
      await makeNote(workspace, host, watch);
    } catch (error) {
      setProblem(problemOfError(error));
    }
  };
  return (
    <>
      <div
        className="app"
        data-route={noteId === null ? "home" : "note"}
        data-away={isAway || undefined}
        inert={isAway}
      >
        <SpaceSidebar currentNoteId={noteId} currentTitle={title} onNewNote={() => void start()} problem={problem} />
        <Page route={route} />
        <FollowBar />
        <Toasts />
        <LiveRegion />
        <Unopened host={host} />
      </div>
      {isAway && <Suspense fallback={null}>{note === null ? <ChannelCard /> : <NoteCard note={note} />}</Suspense>}
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  const { userId } = useAccount();
  if (route.type === "note") {
    return <NotePage key={`${userId}${notePathOf(route.reference)}`} reference={route.reference} />;
  }
  return <EmptySheet title="Nothing open" text="Pick a note of this channel, or start a new one." />;
}

/** An address that nothing would open. */
function Unopened({ host }: { readonly host: DiscordHost }) {
  const address = useSyncExternalStore(host.subscribe, host.unopened);
  if (address === null) return null;
  return (
    <Dialog label="Open a link" title="Open it in your browser" onClose={() => host.dismissUnopened()}>
      <CopyField label="If nothing opened, copy the address from here" text={address} />
    </Dialog>
  );
}

/** What Discord says of the device and its person, on the page as a whole. The app's own words stay English. */
function useSurroundings(): void {
  const { isCalm, locale } = useHostState();
  useEffect(() => {
    document.documentElement.toggleAttribute("data-calm", isCalm);
  }, [isCalm]);
  useEffect(() => {
    if (locale !== null) document.documentElement.lang = locale;
  }, [locale]);
}

/** Whoever writes has something of their own to do. */
function useEndOfFollowing(watch: SpaceWatch, note: OpenNote | null): void {
  const text = note?.text ?? null;
  useEffect(() => {
    if (text === null) return;
    const onChange = (_event: unknown, transaction: { readonly local: boolean }): void => {
      if (transaction.local) watch.stopFollowing();
    };
    text.observe(onChange);
    return () => text.unobserve(onChange);
  }, [watch, text]);
}

function useTitle(note: OpenNote | null): string | null {
  return useSyncExternalStore(
    (listener) => note?.subscribe(listener) ?? (() => undefined),
    () => {
      const status = note?.status();
      return status?.isLoaded === true ? status.title : null;
    },
  );
}
