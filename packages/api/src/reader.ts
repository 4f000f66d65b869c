// Who asks to read a note: somebody who is signed in, or somebody who was given a link.

export type Reader =
  | { readonly type: "user"; readonly accessToken: string }
  | { readonly type: "link"; readonly linkId: string };

/** The value of the Authorization header. */
export function authorizationOf(reader: Reader): string {
  return reader.type === "user" ? `Bearer ${reader.accessToken}` : `Reed-Link ${reader.linkId}`;
}
