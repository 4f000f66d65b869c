// Virtual time. Whatever will happen is in one heap, ordered by when it happens and, at the same microsecond, by when it was
// asked for; time moves only by taking the next entry.

interface Entry {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

export class Scheduler {
  readonly #heap: Entry[] = [];
  #nowUs: number;
  #order = 0;

  constructor(startUs: number) {
    this.#nowUs = startUs;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  /** Runs `run` after `delayUs`; the result cancels it. */
  after(delayUs: number, run: () => void): () => void {
    return this.at(this.#nowUs + Math.max(0, delayUs), run);
  }

  at(atUs: number, run: () => void): () => void {
    const entry: Entry = {
      atUs: Math.max(this.#nowUs, Math.round(atUs)),
      order: this.#order++,
      run,
      isCancelled: false,
    };
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return () => {
      entry.isCancelled = true;
    };
  }

  /** Runs the next entry up to `untilUs`; false where there is none, and then it is `untilUs`. */
  runNext(untilUs: number): boolean {
    for (let top = this.#heap[0]; top !== undefined && top.atUs <= untilUs; top = this.#heap[0]) {
      this.#drop();
      if (top.isCancelled) continue;
      this.#nowUs = top.atUs;
      top.run();
      return true;
    }
    this.#nowUs = Math.max(this.#nowUs, Math.floor(untilUs));
    return false;
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #drop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let index = 0; ;) {
      const left = index * 2 + 1;
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #isEarlier(left: number, right: number): boolean {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    return a !== undefined && b !== undefined && (a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order));
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const [a, b] = [this.#heap[lower], this.#heap[upper]];
    if (a === undefined || b === undefined || !this.#isEarlier(lower, upper)) return false;
    this.#heap[lower] = b;
    this.#heap[upper] = a;
    return true;
  }
}
