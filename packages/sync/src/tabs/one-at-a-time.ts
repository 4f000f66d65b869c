// Turns among the tabs of one device, for what two of them must not do at once.

/** Does `work` when no other tab is at work of the same name; where the browser has no locks to give, at once. */
export async function oneTabAtATime<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const locks = globalThis.navigator?.locks;
  if (typeof locks?.request !== "function") return work();
  let hasBegun = false;
  const begin = (): Promise<Result> => {
    hasBegun = true;
    return work();
  };
  try {
    return await locks.request(`reed/1/${name}`, begin);
  } catch (error) {
    // A frame that may keep nothing is refused locks too.
    if (hasBegun) throw error;
    return work();
  }
}
