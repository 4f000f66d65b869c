// What the host answers to the SDK's commands. Shapes and codes are those of the SDK 2.5.0; what is not here is unknown (4002).
import type { WireUser } from "../people.ts";
import type { View } from "./view.ts";
import { authenticate, authorize } from "./wire.ts";

export const CODES = {
  invalidPayload: 4000,
  invalidCommand: 4002,
  invalidEvent: 4004,
  invalidChannel: 4005,
  invalidPermissions: 4006,
  invalidClientId: 4007,
  invalidToken: 4009,
} as const;

/** Becomes the answer `{code, message}`. */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export type Args = Readonly<Record<string, unknown>>;

/** What commands see of the client, and do to it. */
export interface Client {
  readonly view: () => View;
  readonly platform: "desktop" | "mobile";
  scopes: ReadonlySet<string>;
  readonly opened: (url: string) => void;
  readonly shared: (message: string, customId: string | null) => void;
  readonly invited: () => void;
  readonly active: (activity: unknown) => void;
}

interface Command {
  /** A scope that must have been granted and authenticated with. */
  readonly scope?: string | undefined;
  readonly only?: "desktop" | "mobile" | undefined;
  readonly run: (args: Args, client: Client) => unknown;
}

function textOf(args: Args, name: string, max: number): string {
  const value = args[name];
  if (typeof value !== "string" || value.length > max) throw new RpcError(CODES.invalidPayload, `${name} is not valid`);
  return value;
}

export function participantsOf(view: View): { readonly participants: readonly unknown[] } {
  const shape = (user: WireUser): unknown => ({ ...user, bot: false, avatar_decoration_data: null, premium_type: 0 });
  return { participants: view.participants.map(shape) };
}

async function authorizeCommand(args: Args, client: Client): Promise<unknown> {
  const view = client.view();
  if (args["client_id"] !== view.application.id) throw new RpcError(CODES.invalidClientId, "Invalid Client ID");
  const { scope, response_type: responseType = "code" } = args;
  const scopes = Array.isArray(scope) ? scope.filter((item) => typeof item === "string") : [];
  if (scopes.length === 0 || responseType !== "code") throw new RpcError(CODES.invalidPayload, "scope is not valid");
  return authorize(view.user.username, view.application.id, scopes);
}

async function authenticateCommand(args: Args, client: Client): Promise<unknown> {
  const token = typeof args["access_token"] === "string" ? args["access_token"] : "";
  const found = await authenticate(client.view().user.username, token);
  if (found === null) throw new RpcError(CODES.invalidToken, "Invalid access token");
  client.scopes = new Set(found.scopes);
  return found;
}

function openLink(args: Args, client: Client): unknown {
  const url = typeof args["url"] === "string" && URL.canParse(args["url"]) ? new URL(args["url"]) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return { opened: null };
  client.opened(url.href);
  return { opened: true };
}

function shareLink(args: Args, client: Client): unknown {
  const customId = args["custom_id"] === undefined ? null : textOf(args, "custom_id", 64);
  client.shared(textOf(args, "message", 1000), customId);
  return { success: true, didCopyLink: false, didSendMessage: true };
}

function setActivity(args: Args, client: Client): unknown {
  const { activity } = args;
  client.active(activity ?? null);
  const given = typeof activity === "object" && activity !== null ? activity : {};
  return { type: 0, ...given, name: client.view().application.name };
}

function channelOf(args: Args, client: Client): unknown {
  const { channel } = client.view();
  if (args["channel_id"] !== channel.id) throw new RpcError(CODES.invalidChannel, "Invalid channel");
  const guild = channel.guildId === null ? {} : { guild_id: channel.guildId };
  return {
    id: channel.id,
    type: channel.guildId === null ? 1 : 0,
    name: channel.name,
    voice_states: [],
    messages: [],
    ...guild,
  };
}

function invite(_args: Args, client: Client): unknown {
  if (client.view().channel.guildId === null) throw new RpcError(CODES.invalidChannel, "Cannot invite from a DM");
  client.invited();
  return null;
}

function setConfig(args: Args): unknown {
  if (typeof args["use_interactive_pip"] !== "boolean") throw new RpcError(CODES.invalidPayload, "not valid");
  return { use_interactive_pip: args["use_interactive_pip"] };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  AUTHORIZE: { run: authorizeCommand },
  AUTHENTICATE: { run: authenticateCommand },
  GET_ACTIVITY_INSTANCE_CONNECTED_PARTICIPANTS: { run: (_args, client) => participantsOf(client.view()) },
  SET_ACTIVITY: { scope: "rpc.activities.write", run: setActivity },
  OPEN_EXTERNAL_LINK: { run: openLink },
  SHARE_LINK: { run: shareLink },
  OPEN_INVITE_DIALOG: { run: invite },
  INVITE_USER_EMBEDDED: { scope: "relationships.read", run: () => null },
  CAPTURE_LOG: { run: () => null },
  SET_ORIENTATION_LOCK_STATE: { only: "mobile", run: () => ({}) },
  OPEN_SHARE_MOMENT_DIALOG: { only: "desktop", run: () => null },
  ENCOURAGE_HW_ACCELERATION: { only: "desktop", run: () => ({ enabled: true }) },
  SET_CONFIG: { only: "desktop", run: setConfig },
  USER_SETTINGS_GET_LOCALE: { scope: "identify", run: () => ({ locale: "en-US" }) },
  INITIATE_IMAGE_UPLOAD: {
    scope: "identify",
    run: () => ({ image_url: "https://media.discordapp.net/ephemeral-attachments/1/2/picture.png" }),
  },
  GET_CHANNEL: { scope: "guilds", run: channelOf },
  GET_CHANNEL_PERMISSIONS: {
    scope: "guilds.members.read",
    run: (_args, client) => ({ permissions: client.view().channel.guildId === null ? "0" : "2248473465835073" }),
  },
  GET_PLATFORM_BEHAVIORS: { run: (_args, { platform }) => ({ iosKeyboardResizesView: platform === "mobile" }) },
  GET_RELATIONSHIPS: { scope: "relationships.read", run: () => ({ relationships: [] }) },
  GET_SKUS_EMBEDDED: { run: () => ({ skus: [] }) },
  GET_ENTITLEMENTS_EMBEDDED: { run: () => ({ entitlements: [] }) },
};

/** The data of the answer; throws an RpcError for an answer that is one. */
export async function runCommand(name: string, args: Args, client: Client): Promise<unknown> {
  const command = COMMANDS[name];
  const isElsewhere = command?.only !== undefined && command.only !== client.platform;
  if (command === undefined || isElsewhere) throw new RpcError(CODES.invalidCommand, `Invalid command: ${name}`);
  if (command.scope !== undefined && !client.scopes.has(command.scope)) {
    throw new RpcError(CODES.invalidPermissions, "Not authenticated or invalid scope");
  }
  return command.run(args, client);
}

/** Events that may be subscribed to, and the scope that each needs. */
export const EVENT_SCOPES: Readonly<Record<string, string | null>> = {
  ACTIVITY_LAYOUT_MODE_UPDATE: null,
  ORIENTATION_UPDATE: null,
  THERMAL_STATE_UPDATE: null,
  ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE: null,
  ACTIVITY_JOIN: null,
  ENTITLEMENT_CREATE: null,
  CURRENT_USER_UPDATE: "identify",
  CURRENT_GUILD_MEMBER_UPDATE: "guilds.members.read",
  RELATIONSHIP_UPDATE: "relationships.read",
  VOICE_STATE_UPDATE: "rpc.voice.read",
  SPEAKING_START: "rpc.voice.read",
  SPEAKING_STOP: "rpc.voice.read",
};
