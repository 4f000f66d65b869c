// Things said politely to a screen reader: "Copied", "Mo joined". Nothing is said twice over for the eyes.

let current = "";
const listeners = new Set<() => void>();

/** Says `text` once what is being read is finished. The same text again is said again. */
export function announce(text: string): void {
  // A changed region is read, an equal one is not: a no-break space makes the difference.
  current = current === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

export function announcement(): string {
  return current;
}

export function subscribeAnnouncement(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
