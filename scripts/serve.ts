// `npm start [-- --port N] [--persist-to DIR] [--lan]`: the server, until Ctrl-C. Environment: PORT, REED_STATE.
import { networkInterfaces } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { renderUnicodeCompact } from "uqr";
import { ROOT } from "./root.ts";
import { type Server, startServer } from "./server.ts";

function giveUp(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function lanAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  return found?.address ?? giveUp("This machine is in no local network, so a phone can't reach it.");
}

function printAddress(server: Server, port: number, lan: string | undefined): void {
  if (lan === undefined) {
    console.log(`Reed is running on ${server.url} (Ctrl-C stops it).`);
    return;
  }
  const url = `https://${lan}:${port}`;
  console.log(renderUnicodeCompact(url));
  console.log(`Reed is running on ${url} for this network (Ctrl-C stops it).`);
  console.log("The phone will warn about the certificate, which this machine made itself: accept it.");
}

const { values } = parseArgs({
  options: { port: { type: "string" }, "persist-to": { type: "string" }, lan: { type: "boolean", default: false } },
});
const port = Number(values.port ?? process.env["PORT"] ?? 8787);
if (!Number.isInteger(port) || port < 1 || port > 65_535)
  giveUp(`${values.port ?? process.env["PORT"]} is no port number.`);
const stateDir = path.resolve(ROOT, values["persist-to"] ?? process.env["REED_STATE"] ?? ".wrangler/state");
const lan = values.lan ? lanAddress() : undefined;

const starting = startServer({ port, stateDir, lan });
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void starting.then((server) => server.stop()).finally(() => process.exit(0));
  });
}

try {
  const server = await starting;
  if (!isStopping) printAddress(server, port, lan);
  await server.gone;
  if (!isStopping) giveUp(`The server stopped by itself; what it said is in ${server.logFile}.`);
} catch (error) {
  giveUp(`Reed did not start: ${error instanceof Error ? error.message : String(error)}.`);
}
