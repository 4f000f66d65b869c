// Work done one after the other, in the order in which it was asked for. What fails keeps nothing behind it from being done.

export interface InOrder {
  /** Nothing is being done, and nothing waits. */
  isIdle(): boolean;
  /** Does `work` when all before it is over; gives or throws what it does. */
  add<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function inOrder(): InOrder {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isIdle: () => waiting === 0,
    async add(work) {
      waiting += 1;
      const done = last.then(work);
      last = done.catch(() => undefined);
      try {
        return await done;
      } finally {
        waiting -= 1;
      }
    },
  };
}
