export type { EngineEffect, StoreChange } from "./effect.ts";
export { Engine, type EngineOptions, type StoredReplica } from "./engine.ts";
export type { EngineEvent } from "./event.ts";
export type { StoredInFlight } from "./in-flight.ts";
export type { OutboxEntry } from "./outbox.ts";
export { saveStateOf } from "./save-state.ts";
