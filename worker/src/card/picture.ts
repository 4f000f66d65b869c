// Pictures that were drawn beforehand, and pictures in time: a card with the fallback is better than none. Design: section 9.
import fallback from "./assets/fallback.png";
import sealed from "./assets/sealed.png";
import shared from "./assets/shared.png";
import unavailable from "./assets/unavailable.png";
import type { NoticeKind } from "./notices.ts";

/** WhatsApp's older clients drop larger ones. */
export const MAX_PICTURE_BYTES = 300 * 1024;
/** Unfurlers give up after a second or so; a card with the fallback is better than none. */
const PICTURE_DEADLINE_MS = 800;

export interface TimedPicture {
  readonly bytes: Uint8Array;
  /** Whether this is the fallback: not to be kept, and asked for again soon. */
  readonly isFallback: boolean;
}

const NOTICE_PICTURES: Readonly<Record<NoticeKind, ArrayBuffer>> = { shared, sealed, unavailable, fallback };

/** PNG of 1200x630, drawn beforehand: the same bytes for every note. */
export function noticePicture(kind: NoticeKind): Uint8Array {
  return new Uint8Array(NOTICE_PICTURES[kind]);
}

/**
 * The picture that `render` makes, or the fallback if it fails, is larger than 300 KB, or has not come when `wait` resolves.
 * `onFailure` hears why, for the log.
 */
export async function pictureInTime(
  render: () => Promise<Uint8Array>,
  wait: (delayMs: number) => Promise<void>,
  onFailure: (reason: "failed" | "late" | "large", cause: unknown) => void,
): Promise<TimedPicture> {
  const outcome = await Promise.race([
    attempt(render),
    wait(PICTURE_DEADLINE_MS).then(() => ({ type: "late" as const })),
  ]);
  if (outcome.type === "drawn" && outcome.bytes.byteLength <= MAX_PICTURE_BYTES)
    return { bytes: outcome.bytes, isFallback: false };
  if (outcome.type === "failed") onFailure("failed", outcome.cause);
  else onFailure(outcome.type === "drawn" ? "large" : "late", undefined);
  return { bytes: noticePicture("fallback"), isFallback: true };
}

async function attempt(render: () => Promise<Uint8Array>) {
  try {
    return { type: "drawn" as const, bytes: await render() };
  } catch (cause) {
    return { type: "failed" as const, cause };
  }
}
