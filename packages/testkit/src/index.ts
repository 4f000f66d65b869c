export { describeLogStore, type OpenedLogStore } from "./log-store-contract.ts";
export { type NodeSql, openNodeSql } from "./node-sql.ts";
export { type Random, randomOf } from "./prng.ts";
export { Scheduler } from "./scheduler.ts";
export { addTally, emptyTally, type Kind, missingKinds, type Tally } from "./tally.ts";
export { Violation } from "./violation.ts";
export { runWorld } from "./world.ts";
export { runWorlds, type WorldsReport } from "./world-process.ts";
