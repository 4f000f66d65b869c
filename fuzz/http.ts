// Sends strange requests to every operation of a real server, and ends with an error at the first answer that is not as the
// contract says: a fault of the server, an answer in another form, a code that the table does not name.
//   node fuzz/http.ts [--requests 500] [--seed 1] [--only createNote] [--url http://localhost:8787]
// Without --url it starts a server of its own, on a state that goes with it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { OPERATIONS } from "@reed/api/operations";
import { startServer } from "../scripts/server.ts";
import { fuzzOperation, type Send } from "../worker/src/security/fuzz.test-support.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    url: { type: "string" },
    port: { type: "string", default: "8799" },
  },
});
const AT_ONCE = 4;

const ownToken = randomBytes(32).toString("base64url");
/** Another's server has a secret of its own, and is sent operators' calls without it. */
const adminToken = values.url === undefined ? ownToken : null;
const stateDir = mkdtempSync(path.join(tmpdir(), "reed-fuzz-"));
const server =
  values.url === undefined
    ? await startServer({ port: Number(values.port), stateDir, vars: { ADMIN_TOKEN: ownToken } })
    : null;
const url = values.url ?? server?.url ?? "";
/** Node's fetch opens no sockets: what those are sent is all but the upgrade. */
const send: Send = (address, { headers, ...init }) => {
  const plain = new Headers(headers);
  plain.delete("Upgrade");
  return fetch(url + address, { ...init, headers: plain });
};
const waiting = OPERATIONS.filter(({ id }) => (values.only ?? id) === id);
const faults: string[] = [];
let sent = 0;

async function work(): Promise<void> {
  for (let operation = waiting.shift(); operation !== undefined; operation = waiting.shift()) {
    try {
      const run = { send, count: Number(values.requests), seed: Number(values.seed), adminToken };
      const tally = await fuzzOperation(operation, run);
      sent += tally.sent;
      process.stdout.write(`${operation.id}: ${JSON.stringify(tally)}\n`);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      process.stderr.write(`${operation.id}: ${faults.at(-1) ?? ""}\n`);
    }
  }
}

try {
  await Promise.all(Array.from({ length: AT_ONCE }, work));
} finally {
  await server?.stop();
  rmSync(stateDir, { recursive: true, force: true });
}
process.stdout.write(`${sent} requests, ${faults.length} operations with a fault\n`);
process.exitCode = faults.length > 0 || sent === 0 ? 1 : 0;
