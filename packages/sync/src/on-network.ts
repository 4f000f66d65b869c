// What a page hears of its network, and of being looked at again.

const NETWORK_EVENTS = ["online", "offline", "focus", "pageshow"] as const;

/** See LeaderPorts. */
export function onNetwork(listener: (isUp: boolean) => void): () => void {
  const tell = (): void => listener(navigator.onLine);
  for (const name of NETWORK_EVENTS) globalThis.addEventListener(name, tell);
  return () => {
    for (const name of NETWORK_EVENTS) globalThis.removeEventListener(name, tell);
  };
}
