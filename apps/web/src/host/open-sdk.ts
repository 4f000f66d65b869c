// The only file that knows Discord's own package.

import { DiscordSDK } from "@discord/embedded-app-sdk";
import type { Sdk } from "./sdk.ts";

const UNLOCKED = 1;

/** Begins the handshake. The page's address must still have the query that Discord opened it with. */
export function openSdk(applicationId: string): Sdk {
  // Else everything that is ever logged here would be sent to Discord's client.
  const sdk = new DiscordSDK(applicationId, { disableConsoleLogOverride: true });
  const { commands } = sdk;
  return {
    ready: () => sdk.ready(),
    authorize: (scope) =>
      commands.authorize({
        client_id: applicationId,
        response_type: "code",
        prompt: "none",
        scope,
        // The answer has no state to compare: the code comes over the same channel as the question.
        state: crypto.randomUUID(),
      }),
    authenticate: (accessToken) => commands.authenticate({ access_token: accessToken }),
    participants: () => commands.getInstanceConnectedParticipants(),
    locale: () => commands.userSettingsGetLocale(),
    openExternalLink: (url) => commands.openExternalLink({ url }),
    openInviteDialog: () => commands.openInviteDialog(),
    shareLink: (message, customId) =>
      commands.shareLink({ message, ...(customId === null ? {} : { custom_id: customId }) }),
    setActivity: (activity) => commands.setActivity({ activity }),
    unlockOrientation: () =>
      commands.setOrientationLockState({
        lock_state: UNLOCKED,
        picture_in_picture_lock_state: UNLOCKED,
        grid_lock_state: UNLOCKED,
      }),
    onLayout: (listener) => sdk.subscribe("ACTIVITY_LAYOUT_MODE_UPDATE", ({ layout_mode: mode }) => listener(mode)),
    onThermal: (listener) => sdk.subscribe("THERMAL_STATE_UPDATE", ({ thermal_state: state }) => listener(state)),
    onParticipants: (listener) =>
      sdk.subscribe("ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE", ({ participants }) => listener(participants)),
  };
}
