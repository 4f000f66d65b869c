// The composition root inside Discord: sign-in, the workspace of Discord's person, and the app on it. main.ts loads it, with
// everything that only Discord needs, when the page was opened as an Activity and Discord's client has been greeted.

import { apiClient, createHostedWorkspace, type HostSignIn, sessionOf, valueOf } from "@reed/sync/hosted";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ChannelPart } from "../features/space/ChannelPart.tsx";
import { firstOf } from "../features/space/first-note.ts";
import { makeNote } from "../features/space/make-note.ts";
import { SpaceApp } from "../features/space/SpaceApp.tsx";
import { SpaceWatch } from "../features/space/space-watch.ts";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { later } from "../shell/later.ts";
import { notePathOf } from "../shell/route.ts";
import { keepAddressInMemory, navigate } from "../shell/use-route.ts";
import { DiscordHost } from "./discord-host.ts";
import { signInWithDiscord } from "./discord-sign-in.ts";
import { askForCode } from "./ask-for-code.ts";
import { codesOf, type Greeting, greetAs } from "./greeting.ts";
import { interceptLinks } from "./intercept-links.ts";
import type { Launch } from "./launch.ts";
import { settled } from "./optional-commands.ts";
import { FailedScreen, OpeningScreen } from "./StartScreens.tsx";
import { failureOf, silentFailure, type StartFailure, wayNames } from "./start-words.ts";

const READY_PATIENCE_MS = 10_000;
const QUIET_AFTER_MS = 4000;
const UNSAID_MS = 500;
/** Asked for at the latest then, however much there is to do. */
const IDLE_BY_MS = 1500;

/** `element`: where the app is drawn. `greeted` null: nothing came of it. */
export function start(element: HTMLElement, launch: Launch, greeted: Greeting | null): void {
  const root = createRoot(element);
  // What opens at once is not worth a word.
  const opening = setTimeout(() => show(<OpeningScreen />), UNSAID_MS);
  const show = (node: ReactNode): void => {
    clearTimeout(opening);
    root.render(
      <StrictMode>
        <ErrorBoundary>{node}</ErrorBoundary>
      </StrictMode>,
    );
  };
  const fail = (failure: StartFailure, again: (restores: boolean) => Promise<void>): void =>
    show(
      <FailedScreen
        title={failure.title}
        text={failure.text}
        retryName={wayNames[failure.way]}
        onRetry={() => (failure.way === "reopen" ? location.reload() : void again(failure.way === "restore"))}
        address={`${location.origin}/`}
      />,
    );

  const enter = async (greeting: Greeting, restores: boolean): Promise<void> => {
    try {
      show(await enterWith(greeting, launch, restores));
    } catch (error) {
      fail(failureOf(error), (restoresNow) => {
        show(<OpeningScreen />);
        return enter({ ...greeting, code: askForCode(greeting.sdk) }, restoresNow);
      });
    }
  };
  const again = (): Promise<void> => {
    show(<OpeningScreen />);
    return begin(null);
  };
  const begin = async (before: Greeting | null): Promise<void> => {
    try {
      const greeting = before ?? (await greetAnew());
      const { ready } = greeting;
      // An answer that comes late is as good as any.
      if ((await settled(() => ready, READY_PATIENCE_MS)).type !== "done") fail(silentFailure, again);
      await ready;
      await enter(greeting, false);
    } catch (error) {
      fail(failureOf(error), again);
    }
  };
  keepAddressInMemory();
  element.lang = "en";
  void begin(greeted);
}

function openNote(noteId: string): void {
  navigate(notePathOf({ noteId, linkId: null, secret: null }));
}

/** Runs it while the page waits for something else, as opening a note does. */
function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: IDLE_BY_MS });
  else setTimeout(run, IDLE_BY_MS);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Discord's client, for the application that the server says it is. */
async function greetAnew(): Promise<Greeting> {
  const { discordApplicationId: applicationId } = valueOf(await apiClient("", null).platform());
  if (applicationId === null) throw Object.assign(new Error("no Discord here"), { code: "discord_unavailable" });
  return greetAs(applicationId);
}

async function enterWith(greeting: Greeting, launch: Launch, restores: boolean): Promise<ReactNode> {
  const { applicationId, sdk } = greeting;
  const { instanceId, platform, customId } = launch;
  let watch: SpaceWatch | null = null;
  const host = new DiscordHost({
    sdk,
    applicationId,
    instanceId,
    isMobile: platform === "mobile",
    SharePart: ChannelPart,
    onPeople: () => watch?.refresh(true),
  });
  const newCode = codesOf(greeting);
  const signIn = (again: boolean) =>
    signInWithDiscord({
      newCode,
      openSession: (code) =>
        apiClient("", null).openDiscordSession({ code, instanceId, ...(again ? { restore: true as const } : {}) }),
      wait,
    });
  const signedIn = await signIn(restores);
  const hostSignIn: HostSignIn = {
    session: sessionOf(signedIn),
    again: async () => sessionOf(await signIn(false)),
  };
  const [{ workspace, comeBack }, space] = await Promise.all([
    createHostedWorkspace(hostSignIn, () => host.state().isCalm),
    apiClient("", signedIn.accessToken).space(customId),
  ]);
  watch = new SpaceWatch(
    {
      here: (noteId, hasChanged) =>
        workspace.call((api) => api.beHere({ noteId, ...(hasChanged ? { hasChanged: true as const } : {}) })),
      isLookedAt: () => document.visibilityState === "visible",
      go: openNote,
    },
    space.ok ? space.value : null,
  );
  interceptLinks(host.openLink);
  if (space.ok) {
    const first = await firstOf(space.value, {
      look: () => workspace.call((api) => api.beHere({ noteId: null })),
      wait,
    });
    if (first.type === "open") {
      openNote(first.noteId);
      workspace.prepare({ noteId: first.noteId, linkId: null, secret: null });
    }
    if (first.type === "begin") await makeNote(workspace, host, watch).catch(() => undefined); // the list has a button for it
  }
  whenIdle(() => host.listen(signedIn.discord.accessToken));
  setTimeout(() => {
    for (const load of [later.share, later.history]) load().catch(() => undefined); // asked for again when it is needed
    import("../features/space/NoteCard.tsx").catch(() => undefined);
  }, QUIET_AFTER_MS);
  return <SpaceApp host={host} workspace={workspace} watch={watch} comeBack={comeBack} />;
}
