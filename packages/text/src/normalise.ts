/** The one form in which notes keep text: well formed, lines ended by "\n" alone. */
export function normaliseText(text: string): string {
  return text.replace(/\r\n?/g, "\n").toWellFormed();
}
