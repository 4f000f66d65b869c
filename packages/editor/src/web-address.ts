// Which addresses a note may link to. A note is written by many hands: only schemes that open a page, a mail or a call pass.

const schemes = new Set(["http:", "https:", "mailto:", "tel:"]);

/**
 * The address to open for what stands in the text, or null when it is none. "www.example.org" gets https, "ana@example.org"
 * mailto; anything with white space or another scheme (javascript:, data:, file:) is no address.
 */
export function webAddress(written: string): string | null {
  if (written === "" || written.length > 2048 || /[\s\u0000-\u001f<>"]/u.test(written)) return null;
  const whole = /^www\./iu.test(written)
    ? `https://${written}`
    : /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/u.test(written)
      ? `mailto:${written}`
      : written;
  if (!/^[a-z]+:/iu.test(whole) || !URL.canParse(whole)) return null;
  const url = new URL(whole);
  return schemes.has(url.protocol) ? whole : null;
}
