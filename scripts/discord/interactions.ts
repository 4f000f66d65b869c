// Sends interactions as Discord does (signed, answered within three seconds) and does what the application answers.
import { setTimeout as sleep } from "node:timers/promises";
import { applyAnswer, INTERACTION, type Outcome } from "./answers.ts";
import { APPLICATION, signInteraction, type SignOptions } from "./application.ts";
import type { Flaw } from "./described.ts";
import { readMessageBody } from "./message-body.ts";
import { within } from "./message-shape.ts";
import { type DiscordUser, wireUser } from "./people.ts";
import { sentenceOf } from "./refusals.ts";
import type { DiscordChannel, DiscordState, Interaction } from "./state.ts";

/** Types of application commands. */
const COMMAND = { slash: 1, user: 2, message: 3, entryPoint: 4 } as const;

export interface CommandOption {
  readonly name: string;
  /** 1 subcommand, 3 string, 4 integer, 5 boolean. */
  readonly type: number;
  readonly value?: string | number | boolean | undefined;
  readonly focused?: boolean | undefined;
  readonly options?: readonly CommandOption[] | undefined;
}

export type Act =
  | { readonly type: "ping" }
  | { readonly type: "command"; readonly name: string; readonly options?: readonly CommandOption[] | undefined }
  | { readonly type: "autocomplete"; readonly name: string; readonly options: readonly CommandOption[] }
  | { readonly type: "menu"; readonly name: string; readonly messageId: string }
  | { readonly type: "entry_point"; readonly name?: string | undefined }
  | { readonly type: "button"; readonly messageId: string; readonly customId: string };

export interface Interact {
  readonly act: Act;
  readonly user: DiscordUser;
  readonly channel: DiscordChannel;
  /** Where only the user installed the application, not the server. */
  readonly isUserInstall?: boolean | undefined;
  /** Another key or time than Discord's. */
  readonly sign?: SignOptions | undefined;
  /** Instead of the headers that belong to it; null sends none. */
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
}

export interface Interacted {
  /** The HTTP status; null where no answer came in time. */
  readonly status: number | null;
  /** The answer's JSON; null where there was none. */
  readonly body: unknown;
  readonly tookMs: number;
  readonly interaction: Interaction;
  /** What the answer did; null where it did nothing (refused, late, or answered over /callback). */
  readonly outcome: Outcome | null;
}

const PERMISSIONS = "2248473465835073";

function typeOf(act: Act): number {
  switch (act.type) {
    case "ping":
      return INTERACTION.ping;
    case "button":
      return INTERACTION.component;
    case "autocomplete":
      return INTERACTION.autocomplete;
    default:
      return INTERACTION.command;
  }
}

function commandOf(state: DiscordState, name: string, type: number): Readonly<Record<string, unknown>> {
  const known = state.commands.find((command) => command["name"] === name && command["type"] === type);
  return { id: known?.["id"] ?? state.snowflake(), name, type };
}

function dataOf(state: DiscordState, act: Act): Readonly<Record<string, unknown>> {
  switch (act.type) {
    case "ping":
      return {};
    case "command":
      return { data: { ...commandOf(state, act.name, COMMAND.slash), options: act.options ?? [] } };
    case "autocomplete":
      return { data: { ...commandOf(state, act.name, COMMAND.slash), options: act.options } };
    case "entry_point":
      return { data: commandOf(state, act.name ?? "launch", COMMAND.entryPoint) };
    case "menu": {
      const message = state.messages.get(act.messageId)?.message;
      if (message === undefined) throw new Error(`there is no message ${act.messageId}`);
      const resolved = { messages: { [message.id]: message } };
      return { data: { ...commandOf(state, act.name, COMMAND.message), target_id: message.id, resolved } };
    }
    case "button": {
      const message = state.messages.get(act.messageId)?.message;
      if (message === undefined) throw new Error(`there is no message ${act.messageId}`);
      const button = message.components.flatMap(within).find((part) => part["custom_id"] === act.customId);
      if (button === undefined) throw new Error(`the message has no button ${act.customId}`);
      return { data: { component_type: button.type, custom_id: act.customId, id: button["id"] }, message };
    }
  }
}

/** As Discord's documentation describes the interaction object. */
function bodyOf(state: DiscordState, interaction: Interaction, given: Interact): Readonly<Record<string, unknown>> {
  const { user, channel, isUserInstall = false } = given;
  const isDm = channel.guildId === null;
  const person = wireUser(user);
  const member = {
    user: person,
    roles: [],
    nick: null,
    avatar: null,
    joined_at: "2024-01-01T00:00:00.000000+00:00",
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
    permissions: PERMISSIONS,
  };
  return {
    id: interaction.id,
    application_id: APPLICATION.applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    ...dataOf(state, given.act),
    channel_id: channel.id,
    channel: { id: channel.id, type: isDm ? 1 : 0, ...(isDm ? {} : { name: channel.name, guild_id: channel.guildId }) },
    ...(isDm ? { user: person } : { guild_id: channel.guildId, guild_locale: "en-US", member }),
    locale: user.locale,
    app_permissions: PERMISSIONS,
    entitlements: [],
    authorizing_integration_owners: isDm || isUserInstall ? { "1": user.id } : { "0": channel.guildId },
    context: isDm ? 2 : 0,
    attachment_size_limit: 10 * 2 ** 20,
  };
}

function register(state: DiscordState, { act, user, channel }: Interact): Interaction {
  const interaction: Interaction = {
    id: state.snowflake(),
    token: state.secret(),
    type: typeOf(act),
    userId: user.id,
    channel,
    createdAtMs: state.nowMs(),
    sourceId: act.type === "button" ? act.messageId : null,
    answeredWith: null,
    originalId: null,
  };
  state.interactions.set(interaction.token, interaction);
  return interaction;
}

export interface Line {
  readonly state: DiscordState;
  /** Where the application is, no slash at the end. */
  readonly appUrl: string;
  /** Where files of messages are served from. */
  readonly origin: string;
}

/** Sends one interaction and waits until it was answered, or for the three seconds that Discord waits. */
export async function interact(line: Line, given: Interact): Promise<Interacted> {
  const { state, appUrl, origin } = line;
  const interaction = register(state, given);
  const body = JSON.stringify(bodyOf(state, interaction, given));
  const signed = given.headers === undefined ? signInteraction(body, given.sign) : (given.headers ?? {});
  const at = `answer to the interaction "${given.act.type}"`;
  const complain = (problem: string): number => state.violations.push({ at, problem });
  const judge = (flaws: readonly Flaw[]): readonly Flaw[] => {
    for (const flaw of flaws) complain(sentenceOf(flaw));
    return flaws.filter(({ isIgnored }) => isIgnored !== true);
  };
  const startedAt = performance.now();
  const result = (status: number | null, answered: unknown, outcome: Outcome | null): Interacted => ({
    status,
    body: answered,
    tookMs: performance.now() - startedAt,
    interaction,
    outcome,
  });

  let response: Response;
  try {
    response = await fetch(`${appUrl}/discord/interactions`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
        ...signed,
      },
      body,
      signal: AbortSignal.timeout(state.firstAnswerMs),
    });
  } catch {
    complain("no answer in time");
    return result(null, null, null);
  }
  if (response.status === 202) {
    await response.arrayBuffer();
    while (interaction.answeredWith === null && performance.now() - startedAt < state.firstAnswerMs) await sleep(20);
    if (interaction.answeredWith === null) complain("202, and then nothing over /callback in time");
    return result(202, null, null);
  }
  if (response.status !== 200) return result(response.status, await response.text(), null);
  const read = await readMessageBody(response);
  if (read.type !== "read") {
    complain(read.type === "wrong" ? read.problem : `the answer is ${read.type}`);
    return result(200, null, null);
  }
  for (const oddity of read.incoming.oddities) complain(oddity);
  const outcome = applyAnswer({ state, origin, judge }, interaction, read.incoming);
  if (outcome.type === "already") complain("answered twice");
  if (outcome.type === "empty") complain("an empty message");
  return result(200, read.incoming.body, outcome);
}
