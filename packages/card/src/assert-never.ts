/** Ends a `switch` over a closed union; reached only by a value that its type rules out. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
