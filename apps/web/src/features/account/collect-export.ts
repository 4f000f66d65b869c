// The whole of an export, put together from the parts in which the server gives it.

interface End {
  readonly notes: number;
  readonly nextCursor: string | null;
}

/** `page` gives one answer as lines of JSON, from a place in the list on. Throws for an answer that was cut off. */
export async function collectExport(
  page: (cursor: string | undefined) => Promise<string>,
): Promise<{ readonly text: string; readonly notes: number }> {
  let text = "";
  let notes = 0;
  let cursor: string | undefined;
  for (;;) {
    const part = await page(cursor);
    const end = endOf(part);
    text += cursor === undefined ? part : part.slice(part.indexOf("\n") + 1);
    notes += end.notes;
    if (end.nextCursor === null) return { text, notes };
    text = text.slice(0, text.trimEnd().lastIndexOf("\n") + 1);
    cursor = end.nextCursor;
  }
}

function endOf(part: string): End {
  const line: unknown = JSON.parse(part.trimEnd().split("\n").at(-1) ?? "null");
  const isEnd = typeof line === "object" && line !== null && "type" in line && line.type === "end";
  if (!isEnd || !("notes" in line) || typeof line.notes !== "number") throw cutOff();
  const next = "nextCursor" in line ? line.nextCursor : null;
  return { notes: line.notes, nextCursor: typeof next === "string" ? next : null };
}

function cutOff(): Error {
  return Object.assign(new Error("the export was cut off"), { code: "unexpected" });
}
