// What every object answers to operators, whatever it holds. The worker has asked for their secret before (http/operator.ts).
import { DurableObject } from "cloudflare:workers";
import type { SqlValue } from "@reed/room";
import type { Env } from "../env.ts";
import type { LogLook } from "./log-look.ts";
import type { ObjectDesk, SchemaAnswer } from "./object-desk.ts";
import type { SqlLook } from "./sql-look.ts";

export abstract class OperatedObject extends DurableObject<Env> {
  /** Made in the object's constructor. */
  protected abstract readonly desk: ObjectDesk;

  schema(): SchemaAnswer {
    return this.desk.schema();
  }

  query(statement: string, values: readonly SqlValue[]): SqlLook {
    return this.desk.query(statement, values);
  }

  lookAtLog(sinceSeq: number, limit: number): LogLook | null {
    return this.desk.log(sinceSeq, limit);
  }

  /** `name`: the object's own. null where it holds nothing. */
  backup(name: string): ReadableStream<Uint8Array> | null {
    return this.desk.backup(name, Date.now());
  }
}
