// One queue between receive and commit: tasks run one after the other, in the order in which they were added, however long the
// crypto inside them takes. A task that throws does not stop the queue.

export class Fifo {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
