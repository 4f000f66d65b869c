/** Lets whatever waits be dealt with: between pieces of work that nobody waits for. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
