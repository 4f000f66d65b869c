// Discord's client as a test wants it: every call is answered at once with as little as will do.
import type { Sdk, SdkParticipant } from "./sdk.ts";

/** What it was asked, in order, and the listeners that the test may call. */
export interface FakeSdk extends Sdk {
  readonly calls: string[];
  readonly listeners: {
    layout?: (mode: number) => void;
    thermal?: (state: number) => void;
    participants?: (participants: readonly SdkParticipant[]) => void;
  };
}

export function fakeSdk(over: Partial<Sdk> = {}): FakeSdk {
  const calls: string[] = [];
  const listeners: FakeSdk["listeners"] = {};
  return {
    calls,
    listeners,
    ready: async () => undefined,
    authorize: async (scope) => {
      calls.push(`authorize ${scope.join(" ")}`);
      return { code: `code ${calls.length}` };
    },
    authenticate: async (token) => calls.push(`authenticate ${token}`),
    participants: async () => ({ participants: [] }),
    locale: async () => ({ locale: "en-GB" }),
    openExternalLink: async (url) => {
      calls.push(`link ${url}`);
      return { opened: true };
    },
    openInviteDialog: async () => calls.push("invite"),
    shareLink: async (_message, customId) => {
      calls.push(`share ${customId}`);
      return { success: true };
    },
    setActivity: async ({ details, party }) => calls.push(`activity ${details} ${party.size.join("/")}`),
    unlockOrientation: async () => calls.push("unlock"),
    onLayout: async (listener) => (listeners.layout = listener),
    onThermal: async (listener) => (listeners.thermal = listener),
    onParticipants: async (listener) => (listeners.participants = listener),
    ...over,
  };
}

export const refuse = (code: number) => () => Promise.reject(Object.assign(new Error("refused"), { code }));
