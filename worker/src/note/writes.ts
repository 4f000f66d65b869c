// What calls about sharing write into the log, and how the log's answers sound to them.
import type { Attribution } from "@reed/log";
import type { WriteResult } from "@reed/room";
import type { Person, Refusal } from "./rpc.ts";

export function attributionOf({ principal }: Pick<Person, "principal">): Attribution {
  return { by: principal, via: "api", session: null };
}

/** control_invalid: of the changes that are made here only one can be at fault, that no owner would be left. */
export function refusalOf(code: Extract<WriteResult, { ok: false }>["code"]): Refusal {
  if (code === "forbidden") return { code };
  return { code: code === "control_invalid" ? "last_owner" : "overloaded" };
}
