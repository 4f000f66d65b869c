// What somebody from Discord is called here: names there hold whatever people type. Pure.

const FALLBACK = "Somebody";
const MAX_LENGTH = 40;
/** More is never looked at. */
const MAX_UNITS = 1000;
/** Control characters, halves of pairs, and what is not seen (direction, byte order, fillers) but for the joiners of scripts and emoji. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\u115F\u1160\u2800\u3164\uFFA0]|(?![\u200C\u200D])\p{Cf}/gu;
/** What a page, a Markdown text or a Discord message could take for markup. */
const MARKUP = /[<>`*~|\\[\]]/gu;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name shown at Discord, else the username; 1 to 40 code points in one line. */
export function discordName(shown: string, username: string): string {
  return [shown, username].map(cleaned).find((name) => SEEN.test(name)) ?? FALLBACK;
}

function cleaned(name: string): string {
  const line = name
    .slice(0, MAX_UNITS)
    .replace(/\s+/gu, " ")
    .replace(UNSEEN, "")
    .replace(MARKUP, "")
    .replace(/ +/gu, " ")
    .trim();
  return [...line].slice(0, MAX_LENGTH).join("").trim();
}
