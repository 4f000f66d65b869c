// Where a request belongs: W3C trace context, taken from the caller or begun here. Only its form is trusted.
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export const TRACE_HEADER = "traceparent";

export interface Trace {
  /** 32 hex digits, the same for all that happens because of one request of the caller. */
  readonly traceId: string;
  /** What is handed on: the trace with a span of our own. */
  readonly parent: string;
}

/** `header`: as it came, null for none. `random`: 24 bytes. */
export function traceOf(header: string | null, random: Uint8Array): Trace {
  const given = TRACE_PARENT.exec(header ?? "")?.[1];
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const traceId = given === undefined || /^0+$/.test(given) ? hex.slice(0, 32) : given;
  return { traceId, parent: `00-${traceId}-${hex.slice(32, 48)}-01` };
}
