// What every route and middleware of the app shares.
import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "../env.ts";
import type { Trace } from "./trace.ts";

export interface AppEnv {
  readonly Bindings: Env;
  readonly Variables: { requestId: string; trace: Trace };
}

export type AppContext = Context<AppEnv>;
export type AppMiddleware = MiddlewareHandler<AppEnv>;
