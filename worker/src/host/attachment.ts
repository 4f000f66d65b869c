// What of a session rides in its socket's attachment through hibernation: a flat list, far below the 4 KB that we allow
// ourselves. Byte strings are copied, since a view would bring the whole frame it was cut from.
import { ROLES } from "@reed/access";
import { parsePrincipal, type Principal } from "@reed/log";
import type { Phase, SessionState } from "@reed/room";
import * as v from "valibot";

const bytesField = v.instance(Uint8Array);
const principalField = v.nullable(v.pipe(v.string(), v.transform(parsePrincipal)));
const phaseField = v.picklist(["new", "live", "parted"] satisfies readonly Phase[]);
const roleField = v.nullable(v.picklist(ROLES));

const attachmentSchema = v.tuple([
  v.number(),
  bytesField,
  principalField,
  principalField,
  v.boolean(),
  bytesField,
  phaseField,
  roleField,
  v.number(),
  bytesField,
  v.nullable(v.string()),
  principalField,
]);

type Attachment = readonly [
  number,
  Uint8Array,
  Principal | null,
  Principal | null,
  boolean,
  Uint8Array,
  Phase,
  string | null,
  number,
  Uint8Array,
  string | null,
  Principal | null,
];

export function encodeAttachment(state: SessionState): Attachment {
  const { connection, visitor, nonce, phase, role, version, presence } = state;
  const { device, user, link, holdsLinkSecret } = visitor;
  return [
    connection,
    device.slice(),
    user,
    link,
    holdsLinkSecret,
    nonce.slice(),
    phase,
    role,
    version,
    presence.slice(),
    visitor.session ?? null,
    visitor.channel ?? null,
  ];
}

/** null for an attachment of another form: of an older release, say. */
export function decodeAttachment(value: unknown): SessionState | null {
  const result = v.safeParse(attachmentSchema, completed(value));
  if (!result.success) return null;
  const [connection, device, user, link, holdsLinkSecret, nonce, phase, role, version, presence, session, channel] =
    result.output;
  const visitor = { device, user, link, holdsLinkSecret, session, channel };
  return { connection, visitor, nonce, phase, role, version, presence };
}

/** Attachments of earlier releases say nothing of a channel, and those of the first nothing of a sign-in. */
function completed(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  const missing = attachmentSchema.items.length - items.length;
  return missing === 1 || missing === 2 ? [...items, ...Array<null>(missing).fill(null)] : value;
}
