import { createContext, useContext, useSyncExternalStore } from "react";
import type { SpaceState, SpaceWatch } from "./space-watch.ts";

export const SpaceContext = createContext<SpaceWatch | null>(null);

export function useSpaceWatch(): SpaceWatch {
  const watch = useContext(SpaceContext);
  if (watch === null) throw new Error("no channel above this component");
  return watch;
}

export function useSpace(): SpaceState {
  const watch = useSpaceWatch();
  return useSyncExternalStore(watch.subscribe, watch.state);
}
