// Says who comes in, politely, to a screen reader. Who was there at the start and who leaves is not announced.

import type { Person } from "@reed/sync";
import { useEffect, useRef } from "react";
import { announce } from "../../ui/announce.ts";

/** The names of those in `after` who were not in `before`, oneself left out. */
export function joined(before: readonly Person[], after: readonly Person[]): readonly string[] {
  const known = new Set(before.map((person) => person.id));
  return after.filter((person) => !person.isSelf && !known.has(person.id)).map((person) => person.name);
}

export function useAnnouncedJoins(people: readonly Person[]): void {
  const before = useRef<readonly Person[]>([]);
  useEffect(() => {
    const names = before.current.length === 0 ? [] : joined(before.current, people);
    before.current = people;
    if (names.length > 0) announce(`${new Intl.ListFormat("en").format(names)} joined`);
  }, [people]);
}
