// The share links of a note, as its owners see them.
import * as v from "valibot";
import { linkIdField, linkRoleField, nameField, namedField, timeField } from "./fields.ts";

const MAX_USES = 1_000_000;

/** The log counts in µs since the epoch, exactly. */
const expiryField = v.pipe(
  timeField,
  v.check((time) => Date.parse(time) >= 0 && Number.isSafeInteger(Date.parse(time) * 1000), "not from 1970 to 2255"),
);

const ledgerFields = {
  name: v.optional(v.nullable(nameField)),
  expiresAt: v.optional(v.nullable(expiryField)),
  maxUses: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_USES)))),
};

export const createLinkRequestSchema = v.strictObject({ role: linkRoleField, ...ledgerFields });

/** PATCH …/links/<id>: only what is named changes; null takes an end, a limit or a name away. The role of a link never changes. */
export const changeLinkRequestSchema = v.pipe(
  v.strictObject(ledgerFields),
  v.check((changes) => Object.keys(changes).length > 0, "nothing to change"),
);

/** What taking access away did at once: sockets that were open, and of how many people. */
export const cutSchema = v.object({ sockets: v.number(), people: v.number() });
/** DELETE of a link or a member. */
export const cutResponseSchema = v.object({ cut: cutSchema });

export const linkSchema = v.object({
  id: linkIdField,
  /** Whole: of an edit link with its secret behind the "#". */
  url: v.string(),
  role: linkRoleField,
  name: v.nullable(v.string()),
  createdAt: timeField,
  createdBy: v.nullable(namedField),
  expiresAt: v.nullable(timeField),
  maxUses: v.nullable(v.number()),
  /** Devices that came by it. */
  uses: v.number(),
  lastUsedAt: v.nullable(timeField),
  /** Sockets open now that came by it. */
  live: v.number(),
});

export const linkListSchema = v.object({
  items: v.array(linkSchema),
  nextCursor: v.nullable(v.string()),
  /** The address for those whom the note was shared with by name. */
  restricted: v.object({ url: v.string() }),
});

export type CreateLinkRequest = v.InferInput<typeof createLinkRequestSchema>;
export type Link = v.InferOutput<typeof linkSchema>;
export type LinkList = v.InferOutput<typeof linkListSchema>;
export type ChangeLinkRequest = v.InferInput<typeof changeLinkRequestSchema>;
export type Cut = v.InferOutput<typeof cutSchema>;
export type CutResponse = v.InferOutput<typeof cutResponseSchema>;
