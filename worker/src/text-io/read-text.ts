// The one decode of a body that is text.
import { TEXT_MEDIA_TYPES } from "@reed/api";
import { DecodeError, decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { normaliseText } from "@reed/text";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { MAX_TEXT_BYTES } from "../note/projection.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** The body as notes keep text. Throws an ApiProblem for another media type, for what is no UTF-8, and for too much of it. */
export async function readText(c: AppContext): Promise<string> {
  refuseMedia(c.req.header("Content-Type"));
  const decoded = decoded8(new Uint8Array(await c.req.arrayBuffer()));
  const text = normaliseText(decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded);
  if (encodeUtf8(text).length > MAX_TEXT_BYTES) throw new ApiProblem("text_too_large");
  return text;
}

/** Unpaired surrogates have no form in UTF-8 either. */
function decoded8(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw new ApiProblem("invalid", "the body is not UTF-8");
    throw error;
  }
}

function refuseMedia(contentType: string | undefined): void {
  if (contentType === undefined || contentType === "") return;
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const isText = TEXT_MEDIA_TYPES.some((known) => known === type);
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  const isUtf8 = charset === undefined || /^"?utf-?8"?$/.test(charset);
  if (!isText || !isUtf8) throw new ApiProblem("invalid", `Content-Type: ${TEXT_MEDIA_TYPES.join(" or ")}, in UTF-8`);
}
