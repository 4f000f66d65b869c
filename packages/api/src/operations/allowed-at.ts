// What the table has at a path: for the answer to a method that is not taken, and for what holds of one call alone.
import type { Method, Operation } from "./operation.ts";
import { OPERATIONS } from "./table.ts";

const ROWS = OPERATIONS.map((operation) => ({ parts: operation.path.split("/"), operation }));

/** Empty where there is nothing at `path` for any method. */
export function allowedAt(path: string): readonly Method[] {
  return [...new Set(rowsAt(path).map(({ method }) => method))].toSorted();
}

export function operationAt(method: string, path: string): Operation | null {
  return rowsAt(path).find((operation) => operation.method === method) ?? null;
}

function rowsAt(path: string): readonly Operation[] {
  const given = path.split("/");
  return ROWS.filter(({ parts }) => fits(parts, given)).map(({ operation }) => operation);
}

function fits(parts: readonly string[], given: readonly string[]): boolean {
  const isOpen = parts.at(-1) === "*";
  if (isOpen ? given.length < parts.length : given.length !== parts.length) return false;
  return parts.every((part, at) => part === given[at] || part === "*" || (part.startsWith(":") && given[at] !== ""));
}
