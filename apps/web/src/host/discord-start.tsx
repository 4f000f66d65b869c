// The composition root inside Discord: handshake, sign-in, the workspace of Discord's person, and the app on it. main.tsx loads it,
// with everything that only Discord needs, when the page was opened as an Activity.

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
import { interceptLinks } from "./intercept-links.ts";
import type { Launch } from "./launch.ts";
import { settled } from "./optional-commands.ts";
import type { Sdk } from "./sdk.ts";
import { FailedScreen, OpeningScreen } from "./StartScreens.tsx";
import { failureOf, silentFailure, type StartFailure, wayNames } from "./start-words.ts";

const READY_PATIENCE_MS = 10_000;
const QUIET_AFTER_MS = 4000;

interface Around {
  readonly applicationId: string;
  readonly sdk: Sdk;
}

/** `element`: where the app is drawn. */
export function start(element: HTMLElement, launch: Launch): void {
  const root = createRoot(element);
  const show = (node: ReactNode): void =>
    root.render(
      <StrictMode>
        <ErrorBoundary>{node}</ErrorBoundary>
      </StrictMode>,
    );
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

  const enter = async (around: Around, restores: boolean): Promise<void> => {
    show(<OpeningScreen />);
    try {
      show(await enterWith(around, launch, restores));
    } catch (error) {
      fail(failureOf(error), (restoresNow) => enter(around, restoresNow));
    }
  };
  const begin = async (): Promise<void> => {
    show(<OpeningScreen />);
    try {
      const around = await reach();
      const ready = around.sdk.ready();
      // An answer that comes late is as good as any.
      if ((await settled(() => ready, READY_PATIENCE_MS)).type !== "done") fail(silentFailure, begin);
      await ready;
      await enter(around, false);
    } catch (error) {
      fail(failureOf(error), begin);
    }
  };
  keepAddressInMemory();
  element.lang = "en";
  void begin();
}

function openNote(noteId: string): void {
  navigate(notePathOf({ noteId, linkId: null, secret: null }));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Discord's client, for the application that the server says it is. */
async function reach(): Promise<Around> {
  const [platform, { openSdk }] = await Promise.all([apiClient("", null).platform(), import("./open-sdk.ts")]);
  const { discordApplicationId: applicationId } = valueOf(platform);
  if (applicationId === null) throw Object.assign(new Error("no Discord here"), { code: "discord_unavailable" });
  return { applicationId, sdk: openSdk(applicationId) };
}

async function enterWith({ applicationId, sdk }: Around, launch: Launch, restores: boolean): Promise<ReactNode> {
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
  host.listen();
  const signIn = (again: boolean) =>
    signInWithDiscord({
      sdk,
      openSession: (code) =>
        apiClient("", null).openDiscordSession({ code, instanceId, ...(again ? { restore: true as const } : {}) }),
      wait,
    });
  const signedIn = await signIn(restores);
  void host.authenticate(signedIn.discord.accessToken);
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
    if (first.type === "open") openNote(first.noteId);
    if (first.type === "begin") await makeNote(workspace, host, watch).catch(() => undefined); // the list has a button for it
  }
  setTimeout(() => {
    for (const load of [later.share, later.history]) load().catch(() => undefined); // asked for again when it is needed
    import("../features/space/NoteCard.tsx").catch(() => undefined);
  }, QUIET_AFTER_MS);
  return <SpaceApp host={host} workspace={workspace} watch={watch} comeBack={comeBack} />;
}
