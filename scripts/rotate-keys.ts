// `npm run rotate-keys`: a new key for access tokens and tickets in .dev.vars, and the old one kept for what it has signed. Nobody is
// signed out. Prints what to do for a deployment.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { rotated } from "./operator/rotated.ts";
import { ROOT } from "./root.ts";

const { values } = parseArgs({ options: { file: { type: "string" } } });
const file = path.resolve(values.file ?? path.join(ROOT, ".dev.vars"));
if (!existsSync(file)) {
  console.error(`${file} is not there: npm start makes it.`);
  process.exit(2);
}
writeFileSync(file, rotated(readFileSync(file, "utf8")), { mode: 0o600 });
console.log(`${path.basename(file)} has a new TOKEN_SEED. A server that runs takes it at once; tokens that are out stay good.
For a deployment, in this order (docs/operations.md):
  npx wrangler secret put TOKEN_SEED_PREVIOUS   # what TOKEN_SEED is now
  npx wrangler secret put TOKEN_SEED            # 32 random bytes, base64url
and an hour later, when nothing that the old key signed is good any more:
  npx wrangler secret delete TOKEN_SEED_PREVIOUS`);
