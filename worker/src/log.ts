// The worker's log: one JSON object a line. `info` is state worth knowing, `error` means that somebody must look. Never a word
// of a note, a key, a token, or the id of a link.

export type LogLevel = "info" | "error";

/** The one place that writes to the console, which is the platform's log. */
export function log(level: LogLevel, line: Readonly<Record<string, string | number | null | undefined>>): void {
  console[level](JSON.stringify({ level, ...line }));
}
