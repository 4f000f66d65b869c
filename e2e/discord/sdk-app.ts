// A page that does nothing but hold the real SDK, for the tests of the local Discord. Built by sdk-app-server.ts.
import { DiscordSDK, Events, type EventPayloadData, RPCCloseCodes } from "@discord/embedded-app-sdk";

export interface SdkApp {
  readonly sdk: DiscordSDK;
  /** Events that came, in order. */
  readonly heard: { readonly event: string; readonly data: unknown }[];
  /** Subscribes and keeps what comes. */
  listen(event: ListenedEvent): Promise<unknown>;
  close(message: string): void;
  isReady: boolean;
  /** Every message that reached the page, believed or not. */
  readonly messages: { readonly origin: string; readonly data: unknown }[];
}

/** Names as they go over the wire. */
export type ListenedEvent =
  | "ACTIVITY_LAYOUT_MODE_UPDATE"
  | "ORIENTATION_UPDATE"
  | "THERMAL_STATE_UPDATE"
  | "ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE"
  | "CURRENT_USER_UPDATE";

declare global {
  interface Window {
    app: SdkApp;
  }
}

const sdk = new DiscordSDK("1300000000000000001", { disableConsoleLogOverride: true });
const app: SdkApp = {
  sdk,
  heard: [],
  listen: (event) =>
    sdk.subscribe(Events[event], (data: EventPayloadData<(typeof Events)[ListenedEvent]>) => {
      app.heard.push({ event, data });
    }),
  close: (message) => sdk.close(RPCCloseCodes.CLOSE_NORMAL, message),
  isReady: false,
  messages: [],
};
addEventListener("message", ({ origin, data }: MessageEvent<unknown>) => {
  app.messages.push({ origin, data });
});
window.app = app;
void sdk.ready().then(() => {
  app.isReady = true;
  document.title = "ready";
});
