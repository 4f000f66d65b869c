export type { Checkpoint } from "./checkpoint.ts";
export type { EngineEffect, StoreChange } from "./effect.ts";
export { Engine, type StoredReplica } from "./engine.ts";
export type { EngineEvent } from "./event.ts";
export type { StoredInFlight } from "./in-flight.ts";
export type { OutboxEntry } from "./outbox.ts";
export type { EngineOptions } from "./replica.ts";
export { saveStateOf } from "./save-state.ts";
