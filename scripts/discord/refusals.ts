// Discord's answers to what it does not take: a JSON body with a code of its own, and for wrong bodies a tree of what is wrong
// where.
import type { Flaw } from "./described.ts";

export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

export function refuse(status: number, code: number, message: string): Response {
  return answer(status, { message, code });
}

export const REFUSALS = {
  unauthorized: () => refuse(401, 0, "401: Unauthorized"),
  notFound: () => refuse(404, 0, "404: Not Found"),
  methodNotAllowed: () => refuse(405, 0, "405: Method Not Allowed"),
  tooLarge: () => refuse(413, 40_005, "Request entity too large"),
  notYourApplication: () => refuse(403, 20_012, "You are not authorized to perform this action on this application"),
  unknownMessage: () => refuse(404, 10_008, "Unknown Message"),
  unknownWebhook: () => refuse(404, 10_015, "Unknown Webhook"),
  unknownInteraction: () => refuse(404, 10_062, "Unknown interaction"),
  alreadyAcknowledged: () => refuse(400, 40_060, "Interaction has already been acknowledged."),
  invalidWebhookToken: () => refuse(401, 50_027, "Invalid Webhook Token"),
  emptyMessage: () => refuse(400, 50_006, "Cannot send an empty message"),
  badJson: () => refuse(400, 50_109, "The request body contains invalid JSON."),
} as const;

interface ErrorTree {
  _errors?: { readonly code: string; readonly message: string }[];
  [part: string]: ErrorTree | ErrorTree["_errors"];
}

function branchOf(tree: ErrorTree, part: string): ErrorTree {
  const branch = tree[part];
  if (branch !== undefined && !Array.isArray(branch)) return branch;
  const made: ErrorTree = {};
  tree[part] = made;
  return made;
}

/** 400 with code 50035. */
export function invalidForm(flaws: readonly Flaw[]): Response {
  const errors: ErrorTree = {};
  for (const { path, code, message } of flaws) {
    const leaf = path.reduce<ErrorTree>((tree, part) => branchOf(tree, String(part)), errors);
    leaf["_errors"] = [...(leaf["_errors"] ?? []), { code, message }];
  }
  return answer(400, { message: "Invalid Form Body", code: 50_035, errors });
}

/** For what stands in `violations`. */
export function sentenceOf({ path, code, message }: Flaw): string {
  return `${path.join(".") || "body"}: ${code} ${message}`;
}
