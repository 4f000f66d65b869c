// Things asked of the server faster than it answers: each is done in its turn, and none is dropped.

import { useState } from "react";
import { type Problem, problemOfError } from "../problems.ts";
import { inOrder } from "./in-order.ts";

export interface TaskQueue {
  /** Of the last that failed since the queue was idle. */
  readonly problem: Problem | null;
  isIdle(): boolean;
  /** Does `work` in its turn; null when it failed. */
  add<Value>(work: () => Promise<Value>): Promise<Value | null>;
}

export function useTaskQueue(): TaskQueue {
  const [order] = useState(inOrder);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    problem,
    isIdle: () => order.isIdle(),
    async add(work) {
      if (order.isIdle()) setProblem(null);
      try {
        return await order.add(work);
      } catch (error) {
        setProblem(problemOfError(error));
        return null;
      }
    },
  };
}
