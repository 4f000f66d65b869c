// The one line between receive and commit. Frames and the server's own writes stand in it in the order in which they came; a
// frame whose signatures are still being checked holds those behind it. Whatever is ready at its head is taken in one synchronous
// step, for a commit costs many times what an op costs: at once where the room was quiet, and while it is busy a few ms later,
// with all that came meanwhile. The room owns it (room.ts).

export interface LineOptions<Frame> {
  /** How long frames are gathered after others were taken, ms. 0: not at all. */
  readonly gatherMs: number;
  nowMs(): number;
  wakeIn(delayMs: number, wake: () => void): void;
  /** Deals with frames, in their order. `fail`: the one at this index could not be dealt with; throwing says it of all. */
  take(frames: readonly Frame[], fail: (index: number, error: unknown) => void): void;
}

interface FramePlace<Frame> {
  readonly type: "frame";
  /** null: it is being prepared. */
  ready: { readonly frame: Frame } | null;
  readonly done: PromiseWithResolvers<void>;
}

interface TaskPlace {
  readonly type: "task";
  /** Never rejects. */
  perform(): Promise<void>;
}

export class Line<Frame> {
  readonly #options: LineOptions<Frame>;
  readonly #places: (FramePlace<Frame> | TaskPlace)[] = [];
  #isPerforming = false;
  #isWaking = false;
  #takenMs = Number.NEGATIVE_INFINITY;

  constructor(options: LineOptions<Frame>) {
    this.#options = options;
  }

  /** Resolves when the frame was dealt with; rejects where it could not be. */
  async add(preparing: Promise<Frame>): Promise<void> {
    const place: FramePlace<Frame> = { type: "frame", ready: null, done: Promise.withResolvers() };
    this.#places.push(place);
    try {
      place.ready = { frame: await preparing };
    } catch (error) {
      this.#places.splice(this.#places.indexOf(place), 1);
      place.done.reject(error);
    }
    this.#advance();
    return place.done.promise;
  }

  /** Runs `task` in its turn; what stands behind it waits until it is done, however that ends. */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    const done = Promise.withResolvers<T>();
    const perform = async (): Promise<void> => {
      try {
        done.resolve(await task());
      } catch (error) {
        done.reject(error);
      }
    };
    this.#places.push({ type: "task", perform });
    this.#advance();
    return done.promise;
  }

  #advance(): void {
    const [first] = this.#places;
    if (first === undefined || this.#isPerforming) return;
    if (first.type === "task") return void this.#perform(first);
    if (first.ready === null) return;
    const { gatherMs, nowMs } = this.#options;
    // A clock that goes back must not hold the line up.
    const waitMs = Math.min(gatherMs, this.#takenMs + gatherMs - nowMs());
    if (waitMs <= 0) return this.#take();
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#options.wakeIn(waitMs, () => this.#wake());
  }

  #wake(): void {
    this.#isWaking = false;
    this.#takenMs = Number.NEGATIVE_INFINITY;
    this.#advance();
  }

  async #perform(task: TaskPlace): Promise<void> {
    this.#places.shift();
    this.#isPerforming = true;
    await task.perform();
    this.#isPerforming = false;
    this.#advance();
  }

  /** All that are ready in a row. */
  #take(): void {
    const taken: FramePlace<Frame>[] = [];
    const frames: Frame[] = [];
    for (const place of this.#places) {
      if (place.type === "task" || place.ready === null) break;
      taken.push(place);
      frames.push(place.ready.frame);
    }
    this.#places.splice(0, taken.length);
    this.#takenMs = this.#options.nowMs();
    const fail = (index: number, error: unknown): void => taken[index]?.done.reject(error);
    try {
      this.#options.take(frames, fail);
    } catch (error) {
      for (const { done } of taken) done.reject(error);
    }
    for (const { done } of taken) done.resolve();
    this.#advance();
  }
}
