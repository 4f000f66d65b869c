export { allowedAt, operationAt } from "./allowed-at.ts";
export { openApiDocument } from "./open-api.ts";
export {
  type Access,
  type Answer,
  type Body,
  type LinkUse,
  type Method,
  type Operation,
  problemsOf,
} from "./operation.ts";
export { paramsOf, schemaOfParam } from "./params.ts";
export { OPERATIONS } from "./table.ts";
