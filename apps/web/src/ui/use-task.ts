// Something that is asked of the server by a button: whether it is under way, and what went wrong with it.

import { useRef, useState } from "react";
import { type Problem, problemOfError } from "../problems.ts";

export interface Task {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  /** Does `work` unless it is being done; true when it was done. */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

export function useTask(): Task {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isRunning = useRef(false);
  return {
    isBusy,
    problem,
    async run(work) {
      if (isRunning.current) return false;
      isRunning.current = true;
      setIsBusy(true);
      setProblem(null);
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(problemOfError(error));
        return false;
      } finally {
        isRunning.current = false;
        setIsBusy(false);
      }
    },
  };
}
