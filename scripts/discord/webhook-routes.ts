// What an application sends about an interaction, with the interaction's token, and its commands.
import * as v from "valibot";
import { ANSWER, applyAnswer } from "./answers.ts";
import { APPLICATION } from "./application.ts";
import { type Call, isBot, note, noteFlaws } from "./call.ts";
import { flawsOf } from "./described.ts";
import { type Incoming, readMessageBody } from "./message-body.ts";
import { EPHEMERAL } from "./message-shape.ts";
import { post, type Room } from "./messages.ts";
import { answer, invalidForm, REFUSALS } from "./refusals.ts";
import { type Interaction, INTERACTION_TOKEN_MS, type StoredMessage } from "./state.ts";

function roomOf(call: Call): Room {
  return { state: call.state, origin: call.origin, judge: (flaws) => noteFlaws(call, flaws) };
}

async function incomingOf(call: Call): Promise<Incoming | Response> {
  const read = await readMessageBody(call.request);
  if (read.type === "read") {
    for (const oddity of read.incoming.oddities) note(call, oddity);
    return read.incoming;
  }
  if (read.type === "too_large") return REFUSALS.tooLarge();
  note(call, read.type === "wrong" ? read.problem : "the body is no JSON");
  return REFUSALS.badJson();
}

/** The interaction whose webhook is meant, or why it is not served. */
function webhookOf({ params, state }: Call): Interaction | Response {
  const [applicationId, token = ""] = params;
  const interaction = state.interactions.get(token);
  if (applicationId !== APPLICATION.applicationId || interaction === undefined) return REFUSALS.unknownWebhook();
  const isOver = interaction.createdAtMs + INTERACTION_TOKEN_MS <= state.nowMs();
  return isOver ? REFUSALS.invalidWebhookToken() : interaction;
}

function originalOf(call: Call, interaction: Interaction): StoredMessage | null {
  return interaction.originalId === null ? null : (call.state.messages.get(interaction.originalId) ?? null);
}

/** GET, PATCH, DELETE /webhooks/{application}/{token}/messages/@original */
export async function original(call: Call): Promise<Response> {
  const interaction = webhookOf(call);
  if (interaction instanceof Response) return interaction;
  const before = originalOf(call, interaction);
  if (before === null) return REFUSALS.unknownMessage();
  switch (call.request.method) {
    case "GET":
      return answer(200, before.message);
    case "DELETE":
      call.state.drop(before.message.id);
      return new Response(null, { status: 204 });
    case "PATCH": {
      const incoming = await incomingOf(call);
      if (incoming instanceof Response) return incoming;
      const posted = post(roomOf(call), incoming, { described: "message_edit" }, { before, interaction, type: 0 });
      if (posted.type === "empty") return REFUSALS.emptyMessage();
      return posted.type === "invalid" ? invalidForm(posted.flaws) : answer(200, posted.stored.message);
    }
    default:
      return REFUSALS.methodNotAllowed();
  }
}

/** POST /webhooks/{application}/{token} */
export async function followUp(call: Call): Promise<Response> {
  const interaction = webhookOf(call);
  if (interaction instanceof Response) return interaction;
  if (interaction.answeredWith === null) return REFUSALS.unknownWebhook();
  const incoming = await incomingOf(call);
  if (incoming instanceof Response) return incoming;
  const posted = post(roomOf(call), incoming, { described: "message_new" }, { before: null, interaction, type: 0 });
  if (posted.type === "empty") return REFUSALS.emptyMessage();
  return posted.type === "invalid" ? invalidForm(posted.flaws) : answer(200, posted.stored.message);
}

/** POST /interactions/{id}/{token}/callback */
export async function callback(call: Call): Promise<Response> {
  const [id, token = ""] = call.params;
  const interaction = call.state.interactions.get(token);
  const isLate = interaction === undefined || interaction.createdAtMs + call.state.firstAnswerMs <= call.state.nowMs();
  if (interaction === undefined || interaction.id !== id || (isLate && interaction.answeredWith === null)) {
    return REFUSALS.unknownInteraction();
  }
  const incoming = await incomingOf(call);
  if (incoming instanceof Response) return incoming;
  const outcome = applyAnswer(roomOf(call), interaction, incoming);
  if (outcome.type === "already") return REFUSALS.alreadyAcknowledged();
  if (outcome.type === "empty") return REFUSALS.emptyMessage();
  if (outcome.type === "invalid") return invalidForm(outcome.flaws);
  if (call.url.searchParams.get("with_response") !== "true") return new Response(null, { status: 204 });
  const { stored, instance } = outcome;
  const shown =
    stored === null ? {} : { response_message_id: stored.message.id, response_message_loading: stored.isLoading };
  const isEphemeral = stored !== null && (stored.message.flags & EPHEMERAL) !== 0;
  const hasMessage = stored !== null && (outcome.answer === ANSWER.message || outcome.answer === ANSWER.update);
  return answer(200, {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...shown,
      ...(stored === null ? {} : { response_message_ephemeral: isEphemeral }),
      ...(instance === null ? {} : { activity_instance_id: instance.id }),
    },
    ...(hasMessage ? { resource: { type: outcome.answer, message: stored.message } } : {}),
    ...(instance === null ? {} : { resource: { type: ANSWER.launch, activity_instance: { id: instance.id } } }),
  });
}

const Commands = v.array(
  v.looseObject({ name: v.string(), type: v.nullish(v.number()), description: v.nullish(v.string()) }),
);
const ENTRY_POINT = 4;
const CHAT_INPUT = 1;
const CHAT_INPUT_NAME = /^[-_'\p{L}\p{N}]{1,32}$/u;

function commandFlaws(list: v.InferOutput<typeof Commands>): ReturnType<typeof flawsOf> {
  return list.flatMap((command, index) => {
    const flaws = flawsOf("command", command).map((flaw) => ({ ...flaw, path: [index, ...flaw.path] }));
    const isTyped = (command.type ?? CHAT_INPUT) === CHAT_INPUT;
    const isLower = command.name === command.name.toLowerCase();
    if (isTyped && (!isLower || !CHAT_INPUT_NAME.test(command.name))) {
      flaws.push({
        path: [index, "name"],
        code: "APPLICATION_COMMAND_INVALID_NAME",
        message: "Command name is invalid",
      });
    }
    const hasDescription = (command.description ?? "") !== "";
    if (isTyped !== hasDescription && command.type !== ENTRY_POINT) {
      const message = isTyped ? "This field is required" : "Context menu commands cannot have description";
      flaws.push({ path: [index, "description"], code: "BASE_TYPE_REQUIRED", message });
    }
    return flaws;
  });
}

/** GET, PUT /applications/{application}/commands */
export async function commands(call: Call): Promise<Response> {
  const { state, params, request } = call;
  if (!isBot(call)) return REFUSALS.unauthorized();
  if (params[0] !== APPLICATION.applicationId) return REFUSALS.notYourApplication();
  if (request.method === "GET") return answer(200, state.commands);
  if (request.method !== "PUT") return REFUSALS.methodNotAllowed();
  const incoming = await incomingOf(call);
  if (incoming instanceof Response) return incoming;
  const parsed = v.safeParse(Commands, incoming.body);
  if (!parsed.success) return invalidForm([{ path: [], code: "BASE_TYPE_BAD_TYPE", message: "A list of commands." }]);
  const flaws = noteFlaws(call, commandFlaws(parsed.output));
  if (flaws.length > 0) return invalidForm(flaws);
  if (!parsed.output.some(({ type }) => type === ENTRY_POINT))
    note(call, "the list leaves out the entry point, which deletes it");
  state.commands = parsed.output.map((command) => ({
    default_member_permissions: null,
    integration_types: [0, 1],
    contexts: null,
    nsfw: false,
    ...command,
    type: command.type ?? CHAT_INPUT,
    description: command.description ?? "",
    id: state.snowflake(),
    application_id: APPLICATION.applicationId,
    version: state.snowflake(),
  }));
  return answer(200, state.commands);
}
