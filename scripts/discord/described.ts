// Checks bodies against Discord's published description of its API (generated from its OpenAPI file; the version is pinned in
// package.json). What the description leaves out, and Discord refuses all the same, is in message-rules.ts.
// The projects of which this file is a part would not find the declaration otherwise.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./discord-api-spec.d.ts" />
import * as spec from "discord-api-spec/zod";
import type { ZodMiniType } from "zod/mini";
import type * as core from "zod/v4/core";

const SCHEMAS = {
  autocomplete: spec.ApplicationCommandAutocompleteCallbackRequestSchema,
  callback_message: spec.CreateMessageInteractionCallbackRequestSchema,
  callback_modal: spec.ModalInteractionCallbackRequestSchema,
  callback_update: spec.UpdateMessageInteractionCallbackRequestSchema,
  command: spec.ApplicationCommandUpdateRequestSchema,
  launch: spec.LaunchActivityInteractionCallbackRequestSchema,
  message_edit: spec.IncomingWebhookUpdateRequestPartialSchema,
  message_new: spec.IncomingWebhookRequestPartialSchema,
  pong: spec.PongInteractionCallbackRequestSchema,
  answer_authorization: spec.OAuth2GetAuthorizationResponseSchema,
  answer_callback: spec.InteractionCallbackResponseSchema,
  answer_command: spec.ApplicationCommandResponseSchema,
  answer_instance: spec.EmbeddedActivityInstanceSchema,
  answer_message: spec.MessageResponseSchema,
  answer_user: spec.UserPIIResponseSchema,
} as const satisfies Readonly<Record<string, ZodMiniType>>;

export type Described = keyof typeof SCHEMAS;

export type Path = readonly (string | number)[];

/** One thing wrong with a body. `isIgnored`: Discord takes no notice of it (a field that it doesn't know). */
export interface Flaw {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
  readonly isIgnored?: boolean | undefined;
}

const CODES: Readonly<Record<string, string>> = {
  too_big: "BASE_TYPE_BAD_LENGTH",
  too_small: "BASE_TYPE_BAD_LENGTH",
  invalid_type: "BASE_TYPE_BAD_TYPE",
  invalid_value: "BASE_TYPE_CHOICES",
  invalid_format: "STRING_TYPE_REGEX",
  invalid_union: "UNION_TYPE_CHOICES",
};

function isAtType(issue: core.$ZodIssue): boolean {
  return issue.path.length === 1 && issue.path[0] === "type";
}

/** In a union of components, those of the one whose `type` was given. */
function flatten(issue: core.$ZodIssue, above: Path): readonly Flaw[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  if (issue.code === "invalid_union") {
    const meant = issue.errors.find((issues) => issues.length > 0 && !issues.some(isAtType));
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  }
  const detail = issue.code === "too_big" ? `Must be ${String(issue.maximum)} or fewer in length.` : issue.message;
  return [{ path, code: CODES[issue.code] ?? "BASE_TYPE_INVALID", message: detail }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was given and is not in what the description kept of it. */
function leftOut(given: unknown, kept: unknown, path: Path): readonly Flaw[] {
  if (Array.isArray(given) && Array.isArray(kept)) {
    return given.flatMap((item, index) => leftOut(item, kept[index], [...path, index]));
  }
  if (!isRecord(given) || !isRecord(kept)) return [];
  return Object.entries(given).flatMap(([name, value]) =>
    name in kept
      ? leftOut(value, kept[name], [...path, name])
      : [{ path: [...path, name], code: "UNKNOWN_FIELD", message: "Discord knows no such field.", isIgnored: true }],
  );
}

/** Empty where `body` is as described. */
export function flawsOf(kind: Described, body: unknown): readonly Flaw[] {
  const result = SCHEMAS[kind].safeParse(body);
  if (result.success) return leftOut(body, result.data, []);
  return result.error.issues.flatMap((issue) => flatten(issue, []));
}
