// `npm run restore -- --from DIR [--persist-to STATE | --url https://…]`: a backup into a server that holds nothing. Without an address
// a server of its own is started on the folder of the local one, where nobody else knows it, and ended again.
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { makeAdminToken } from "./operator/admin-token.ts";
import { bringBack, type RestoreReport } from "./operator/backup-files.ts";
import { freePort } from "./operator/free-port.ts";
import { Operator } from "./operator/operator.ts";
import { ROOT } from "./root.ts";
import { makeSecrets } from "./secrets.ts";
import { startServer } from "./server.ts";

const { values } = parseArgs({
  options: { from: { type: "string" }, "persist-to": { type: "string" }, url: { type: "string" } },
});
if (values.from === undefined) {
  console.error("npm run restore -- --from DIR [--persist-to .wrangler/state | --url https://your.host]");
  process.exit(2);
}
const folder = path.resolve(values.from);

async function bringToOwnServer(): Promise<RestoreReport> {
  makeSecrets();
  makeAdminToken();
  const stateDir = path.resolve(ROOT, values["persist-to"] ?? process.env["REED_STATE"] ?? ".wrangler/state");
  const server = await startServer({ port: await freePort(), stateDir, vars: { MAINTENANCE: "on" } });
  try {
    return await bringBack(Operator.of(server.url), folder);
  } finally {
    await server.stop();
  }
}

const { backup, rows, libraries, notes, failures } =
  values.url === undefined ? await bringToOwnServer() : await bringBack(Operator.of(values.url), folder);
console.log(
  `Of the backup that was begun at ${backup.begunAt}: ${notes} of ${backup.notes} notes, ${libraries} of ${backup.libraries} libraries, ${rows} rows of the platform's tables.`,
);
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
