// When a link stops working, as it is chosen.

import type { Link } from "@reed/api";

const hourMs = 3_600_000;
const waits = { hour: hourMs, day: 24 * hourMs, week: 168 * hourMs, month: 720 * hourMs } as const;

export type EndChoice = "as-it-is" | "never" | keyof typeof waits;

const names: Readonly<Record<Exclude<EndChoice, "as-it-is">, string>> = {
  never: "Never",
  hour: "In an hour",
  day: "In a day",
  week: "In a week",
  month: "In 30 days",
};

/** The choices for a link that ends at `expiresAt`: the first leaves it as it is. */
export function endNames(expiresAt: string | null): readonly (readonly [EndChoice, string])[] {
  const now = expiresAt === null ? "Never" : dateWords(expiresAt);
  const others = Object.entries(names).flatMap(([value, words]) =>
    isEndChoice(value) && !(value === "never" && expiresAt === null) ? [[value, words] as const] : [],
  );
  return [["as-it-is", now], ...others];
}

/** undefined: it stays as it is; null: never. */
export function endOf(choice: EndChoice, nowMs: number): string | null | undefined {
  if (choice === "as-it-is") return undefined;
  return choice === "never" ? null : new Date(nowMs + waits[choice]).toISOString();
}

/** It still lets somebody in who has not used it: it has not run out, and is not used up. */
export function isOpenLink({ expiresAt, uses, maxUses }: Pick<Link, "expiresAt" | "uses" | "maxUses">, nowMs: number) {
  return (expiresAt === null || Date.parse(expiresAt) > nowMs) && (maxUses === null || uses < maxUses);
}

export function isEndChoice(text: string): text is EndChoice {
  return text === "as-it-is" || Object.hasOwn(names, text);
}

export function dateWords(at: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(Date.parse(at));
}
