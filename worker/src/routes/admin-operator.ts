// Which of the operators calls: the secret is shared, so each says who they are, for the audit.
import type { AppContext } from "../http/context.ts";

const NAME = /^[\x20-\x7e]{1,80}$/;

export function operatorOf(c: AppContext): string {
  const name = c.req.header("Reed-Operator")?.trim() ?? "";
  return NAME.test(name) ? name : "unnamed";
}
