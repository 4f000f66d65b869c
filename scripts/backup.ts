// `npm run backup -- --to DIR [--url http://localhost:8787]`: everything that a running server holds, while people write.
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { backUp } from "./operator/backup-files.ts";
import { Operator } from "./operator/operator.ts";
import { ROOT } from "./root.ts";

const { values } = parseArgs({
  options: { to: { type: "string" }, url: { type: "string", default: "http://localhost:8787" } },
});
if (values.to === undefined) {
  console.error("npm run backup -- --to DIR [--url http://localhost:8787]");
  process.exit(2);
}
const folder = path.resolve(values.to);
if (`${folder}${path.sep}`.startsWith(`${path.join(ROOT, ".wrangler")}${path.sep}`)) {
  console.error("A backup inside .wrangler would be lost together with what it is of: choose another folder.");
  process.exit(2);
}
const { notes, libraries, begunAt, endedAt } = await backUp(Operator.of(values.url), folder);
const seconds = (Date.parse(endedAt) - Date.parse(begunAt)) / 1000;
console.log(
  `${notes} notes, ${libraries} libraries and the platform's tables are in ${folder} (${seconds.toFixed(1)} s).`,
);
console.log("It holds people's words and the hashes of their passwords: keep it as safe as the server.");
