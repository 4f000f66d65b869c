// A message as Discord sends it, made from what an application asked for: components get their numbers, `attachment://` becomes
// an address.
import * as v from "valibot";
import type { WireUser } from "./people.ts";

export const EPHEMERAL = 64;
export const LOADING = 128;
export const COMPONENTS_V2 = 32_768;

export type Component = Readonly<Record<string, unknown>> & { readonly type: number };

const ComponentShape = v.looseObject({ type: v.number() });

/** What is read of a message's body; the description has checked the rest. */
export const MessageBody = v.looseObject({
  content: v.nullish(v.string()),
  flags: v.nullish(v.number()),
  embeds: v.nullish(v.array(v.unknown())),
  components: v.nullish(v.array(ComponentShape)),
  attachments: v.nullish(
    v.array(
      v.looseObject({
        id: v.union([v.string(), v.number()]),
        filename: v.nullish(v.string()),
        description: v.nullish(v.string()),
      }),
    ),
  ),
  allowed_mentions: v.nullish(v.unknown()),
});
export type MessageBody = v.InferOutput<typeof MessageBody>;

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  readonly proxy_url: string;
  readonly content_type: string;
  readonly description?: string | undefined;
}

export interface Message {
  readonly id: string;
  readonly channel_id: string;
  readonly type: number;
  readonly author: WireUser;
  readonly content: string;
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly flags: number;
  readonly components: readonly Component[];
  readonly attachments: readonly Attachment[];
  readonly embeds: readonly unknown[];
  readonly mentions: readonly WireUser[];
  readonly mention_roles: readonly string[];
  readonly mention_everyone: boolean;
  readonly pinned: boolean;
  readonly tts: boolean;
  readonly application_id?: string | undefined;
  readonly webhook_id?: string | undefined;
}

/** What a message has where nobody said anything about it. */
const PLAIN = {
  content: "",
  edited_timestamp: null,
  flags: 0,
  components: [],
  attachments: [],
  embeds: [],
  mentions: [],
  mention_roles: [],
  mention_everyone: false,
  pinned: false,
  tts: false,
} as const;

type Said = Pick<Message, "id" | "channel_id" | "type" | "author" | "timestamp"> & Partial<Message>;

export function messageOf(said: Said): Message {
  return { ...PLAIN, ...said };
}

function isComponent(value: unknown): value is Component {
  return v.is(ComponentShape, value);
}

/** A component and everything in it, outermost first. */
export function within(component: Component): readonly Component[] {
  const { components, accessory } = component;
  const parts: readonly unknown[] = Array.isArray(components) ? components : [];
  const inner = [...parts, accessory].filter(isComponent);
  return [component, ...inner.flatMap(within)];
}

/** Component types that only messages with COMPONENTS_V2 may have. */
export const V2_TYPES: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 14, 17]);

const Media = v.looseObject({ url: v.string() });

/** What a component has in an answer where the request left it out. */
const DEFAULTS: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {
  11: { description: null, spoiler: false },
  13: { spoiler: false, name: null, size: null },
  14: { spacing: 1, divider: true },
  17: { accent_color: null, spoiler: false },
};

interface Shaping {
  readonly attachments: readonly Attachment[];
  readonly snowflake: () => string;
}

function shapeMedia(media: unknown, { attachments, snowflake }: Shaping): unknown {
  if (!v.is(Media, media)) return media;
  const name = /^attachment:\/\/(.+)$/.exec(media.url)?.[1];
  const attachment = attachments.find(({ filename }) => filename === name);
  if (attachment === undefined) return { id: snowflake(), url: media.url, proxy_url: media.url };
  const { id, url, proxy_url, content_type } = attachment;
  return { id: snowflake(), url, proxy_url, content_type, attachment_id: id };
}

/** Components as an answer shows them. */
export function shapeComponents(components: readonly Component[], shaping: Shaping): readonly Component[] {
  let next = 0;
  const shape = (component: Component): Component => {
    next += 1;
    const id = typeof component["id"] === "number" && component["id"] > 0 ? component["id"] : next;
    const given = Object.entries(component).filter(([, value]) => value !== null && value !== undefined);
    const shaped = given.map(([name, value]): readonly [string, unknown] => {
      if (name === "components" && Array.isArray(value)) return [name, value.filter(isComponent).map(shape)];
      if (name === "accessory" && isComponent(value)) return [name, shape(value)];
      if (name === "media" || name === "file") return [name, shapeMedia(value, shaping)];
      if (name === "items" && Array.isArray(value)) return [name, value.map(shapeItem)];
      return [name, value];
    });
    return { ...DEFAULTS[component.type], ...Object.fromEntries(shaped), type: component.type, id };
  };
  const shapeItem = (item: unknown): unknown =>
    v.is(v.looseObject({ media: v.unknown() }), item)
      ? { description: null, spoiler: false, ...item, media: shapeMedia(item.media, shaping) }
      : item;
  return components.map(shape);
}
