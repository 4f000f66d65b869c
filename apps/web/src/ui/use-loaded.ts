// Something that the server is asked for while it is shown.

import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemOfError } from "../problems.ts";

export interface Loaded<Value> {
  /** Null until it is there. The last one stays while it is asked for again. */
  readonly value: Value | null;
  readonly problem: Problem | null;
  reload(): void;
  /** Shows `change` of what is there, before the server is asked again. */
  change(change: (value: Value) => Value): void;
}

/** Asks anew whenever `load` is another function: keep it the same with useCallback. */
export function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = (turn.current += 1);
    load().then(
      (loaded) => {
        if (mine !== turn.current) return;
        setValue(() => loaded);
        setProblem(null);
      },
      (error: unknown) => {
        if (mine === turn.current) setProblem(problemOfError(error));
      },
    );
  }, [load]);
  useEffect(() => {
    reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  const change = useCallback((make: (value: Value) => Value) => {
    setValue((before) => (before === null ? null : make(before)));
  }, []);
  return { value, problem, reload, change };
}
