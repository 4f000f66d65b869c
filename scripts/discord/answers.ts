// What an application answers to an interaction, whichever way it comes (as the HTTP answer or over /callback): checked and done.
import * as v from "valibot";
import { type Described, type Flaw, flawsOf } from "./described.ts";
import { type Incoming, typedBody } from "./message-body.ts";
import { deferralFlaws } from "./message-rules.ts";
import { type Posted, post, postLoading, type Room } from "./messages.ts";
import type { Instance, Interaction, StoredMessage } from "./state.ts";

export const ANSWER = {
  pong: 1,
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
  launch: 12,
} as const;

export const INTERACTION = { ping: 1, command: 2, component: 3, autocomplete: 4 } as const;

export type Outcome =
  | {
      readonly type: "done";
      readonly answer: number;
      readonly stored: StoredMessage | null;
      readonly instance: Instance | null;
      readonly data: unknown;
    }
  | { readonly type: "empty" }
  | { readonly type: "already" }
  | { readonly type: "invalid"; readonly flaws: readonly Flaw[] };

/** Which answers an interaction of a kind may have. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [INTERACTION.ping]: [ANSWER.pong],
  [INTERACTION.command]: [ANSWER.message, ANSWER.deferredMessage, ANSWER.modal, ANSWER.launch],
  [INTERACTION.component]: [
    ANSWER.message,
    ANSWER.deferredMessage,
    ANSWER.deferredUpdate,
    ANSWER.update,
    ANSWER.modal,
    ANSWER.launch,
  ],
  [INTERACTION.autocomplete]: [ANSWER.choices],
};

const DESCRIBED: Readonly<Record<number, Described>> = {
  [ANSWER.pong]: "pong",
  [ANSWER.message]: "callback_message",
  [ANSWER.deferredMessage]: "callback_message",
  [ANSWER.deferredUpdate]: "callback_update",
  [ANSWER.update]: "callback_update",
  [ANSWER.choices]: "autocomplete",
  [ANSWER.modal]: "callback_modal",
  [ANSWER.launch]: "launch",
};

/** A reply to a command shows which command it was; one to a button does not. */
function messageType(interaction: Interaction): number {
  return interaction.type === INTERACTION.command ? 20 : 0;
}

function fromPosted(posted: Posted, type: number): Outcome {
  return posted.type === "kept"
    ? { type: "done", answer: type, stored: posted.stored, instance: null, data: null }
    : posted;
}

const Flagged = v.looseObject({ flags: v.nullish(v.number()) });

/** Checks the answer to `interaction` and does what it says. */
export function applyAnswer(room: Room, interaction: Interaction, incoming: Incoming): Outcome {
  if (interaction.answeredWith !== null) return { type: "already" };
  const typed = typedBody(incoming.body);
  const { state } = room;
  if (typed === null || !(ALLOWED[interaction.type] ?? []).includes(typed.type)) {
    const message = `An interaction of type ${interaction.type} can't be answered so.`;
    return { type: "invalid", flaws: room.judge([{ path: ["type"], code: "BASE_TYPE_CHOICES", message }]) };
  }
  const done = (stored: StoredMessage | null, instance: Instance | null = null): Outcome => {
    interaction.answeredWith = typed.type;
    return { type: "done", answer: typed.type, stored, instance, data: typed.data };
  };
  const described = DESCRIBED[typed.type] ?? "pong";
  const source = interaction.sourceId === null ? null : (state.messages.get(interaction.sourceId) ?? null);
  const about = { interaction, type: messageType(interaction) };
  if (typed.type === ANSWER.message || typed.type === ANSWER.update) {
    const before = typed.type === ANSWER.update ? source : null;
    const kind = { described, wrap: typed.type };
    const outcome = fromPosted(post(room, { ...incoming, body: typed.data }, kind, { ...about, before }), typed.type);
    if (outcome.type !== "done") return outcome;
    interaction.answeredWith = typed.type;
    interaction.originalId = outcome.stored?.message.id ?? null;
    return outcome;
  }
  const flaws = room.judge([
    ...flawsOf(described, incoming.body),
    ...(typed.type === ANSWER.deferredMessage ? deferralFlaws(typed.data) : []),
  ]);
  if (flaws.length > 0) return { type: "invalid", flaws };
  switch (typed.type) {
    case ANSWER.deferredMessage: {
      const flags = v.is(Flagged, typed.data) ? (typed.data.flags ?? 0) : 0;
      const stored = postLoading(room, interaction, flags, about.type);
      interaction.originalId = stored.message.id;
      return done(stored);
    }
    case ANSWER.deferredUpdate:
      interaction.originalId = interaction.sourceId;
      return done(source);
    case ANSWER.launch: {
      const instance = state.enter(interaction.userId, interaction.channel);
      const { userId, channel } = interaction;
      state.tell({ type: "launch", channelId: channel.id, userId, instanceId: instance.id });
      return done(null, instance);
    }
    default:
      return done(null);
  }
}
