// What Discord refuses in a message beyond what its description says (docs, components reference and message flags), and one
// rule of this project: every message says whom it may mention.
import type { Flaw } from "./described.ts";
import { type Component, COMPONENTS_V2, EPHEMERAL, type MessageBody, V2_TYPES, within } from "./message-shape.ts";

const MAX_COMPONENTS = 40;
const MAX_TEXT = 4000;
const MAX_ROWS_V1 = 5;
const BUTTON = 2;
const TEXT_DISPLAY = 10;
const LINK_STYLE = 5;
const PREMIUM_STYLE = 6;

function isFilled(list: readonly unknown[] | null | undefined): boolean {
  return list !== null && list !== undefined && list.length > 0;
}

function refusal(path: Flaw["path"], code: string, message: string): Flaw {
  return { path, code, message };
}

function buttonFlaws(button: Component): readonly Flaw[] {
  const { style, url, custom_id: customId, label, emoji } = button;
  const path = ["components"];
  if (style === PREMIUM_STYLE) return [];
  if (typeof label !== "string" && typeof emoji !== "object") {
    return [refusal(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.")];
  }
  if (style === LINK_STYLE) {
    if (typeof url !== "string") return [refusal(path, "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")];
    if (!/^(?:https?|discord):\/\//.test(url)) {
      return [refusal(path, "URL_TYPE_INVALID_SCHEME", `Scheme of "${url}" must be one of http, https, discord.`)];
    }
    return customId === undefined || customId === null
      ? []
      : [
          refusal(
            path,
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
          ),
        ];
  }
  if (typeof customId !== "string") {
    return [refusal(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")];
  }
  return url === undefined || url === null
    ? []
    : [
        refusal(
          path,
          "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
          "A custom id and url cannot both be specified",
        ),
      ];
}

/** What the message names as `attachment://…`. */
function namedFiles(components: readonly Component[]): readonly string[] {
  const names = JSON.stringify(components).matchAll(/"attachment:\/\/([^"]+)"/g);
  return [...names].map(([, name]) => name ?? "");
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function componentFlaws(components: readonly Component[], isV2: boolean): readonly Flaw[] {
  const all = components.flatMap(within);
  const flaws: Flaw[] = all.filter(({ type }) => type === BUTTON).flatMap(buttonFlaws);
  const ids = all.flatMap(({ custom_id: id }) => (typeof id === "string" ? [id] : []));
  for (const id of repeated(ids)) {
    flaws.push(refusal(["components"], "COMPONENT_CUSTOM_ID_DUPLICATED", `Custom id "${id}" cannot be duplicated`));
  }
  const text = all.reduce((sum, { type, content }) => {
    return sum + (type === TEXT_DISPLAY && typeof content === "string" ? content.length : 0);
  }, 0);
  if (text > MAX_TEXT) {
    flaws.push(refusal(["components"], "COMPONENT_MAX_TOTAL_CHARACTERS_EXCEEDED", `Must be ${MAX_TEXT} or fewer.`));
  }
  if (all.length > MAX_COMPONENTS) {
    flaws.push(
      refusal(["components"], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", `Must be ${MAX_COMPONENTS} or fewer.`),
    );
  }
  if (!isV2 && components.some(({ type }) => V2_TYPES.has(type))) {
    flaws.push(refusal(["components"], "UNION_TYPE_CHOICES", "These components need the flag IS_COMPONENTS_V2."));
  }
  if (!isV2 && components.length > MAX_ROWS_V1) {
    flaws.push(refusal(["components"], "BASE_TYPE_BAD_LENGTH", `Must be ${MAX_ROWS_V1} or fewer in length.`));
  }
  return flaws;
}

export interface RuleContext {
  /** The flags of the message that is edited; 0 for a new one. */
  readonly flagsBefore: number;
  /** Names of the files that it has after the call. */
  readonly files: readonly string[];
}

/** Empty where Discord takes the message. */
export function messageFlaws(body: MessageBody, { flagsBefore, files }: RuleContext): readonly Flaw[] {
  const isV2 = (((body.flags ?? 0) | flagsBefore) & COMPONENTS_V2) !== 0;
  const components = body.components ?? [];
  const flaws = [...componentFlaws(components, isV2)];
  for (const field of ["content", "embeds", "poll", "stickers"] as const) {
    const value = body[field];
    const isThere = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== "";
    if (isV2 && isThere) {
      flaws.push(
        refusal([field], "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", `The ${field} field cannot be used.`),
      );
    }
  }
  for (const name of namedFiles(components).filter((wanted) => !files.includes(wanted))) {
    flaws.push(
      refusal(["components"], "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", `There is no attachment ${name}`),
    );
  }
  if (body.allowed_mentions === undefined || body.allowed_mentions === null) {
    flaws.push({ ...refusal(["allowed_mentions"], "MISSING", "Say whom it may mention."), isIgnored: true });
  }
  return flaws;
}

/** Whether there is nothing in it to show. */
export function isEmpty(body: MessageBody, files: readonly string[]): boolean {
  const hasText = body.content !== undefined && body.content !== null && body.content !== "";
  return !hasText && !isFilled(body.components) && !isFilled(body.embeds) && files.length === 0;
}

/** A deferred answer may only say that it is for one person. */
export function deferralFlaws(data: unknown): readonly Flaw[] {
  if (data === undefined || data === null) return [];
  const isFlagged = typeof data === "object" && "flags" in data && typeof data.flags === "number";
  const flags = isFlagged ? Number(data.flags) : 0;
  return (flags & ~EPHEMERAL) === 0
    ? []
    : [{ path: ["data", "flags"], code: "BITFIELD", message: "Only EPHEMERAL is taken here.", isIgnored: true }];
}
