// `npm run discord:commands`: registers the commands at Discord, for the application that .dev.vars or the environment name. Once is
// enough, and again when the commands of a release differ. `--dry-run` says what would be registered.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { COMMANDS } from "../worker/src/discord/interactions/commands.ts";
import { applicationOf, describeCommands, registerCommands, settingsIn } from "./operator/register-commands.ts";
import { ROOT } from "./root.ts";

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
const file = path.join(ROOT, ".dev.vars");
const settings = { ...(existsSync(file) ? settingsIn(readFileSync(file, "utf8")) : {}), ...process.env };
try {
  if (values["dry-run"]) console.log(JSON.stringify(COMMANDS, null, 2));
  else {
    const application = applicationOf(settings);
    await registerCommands(application);
    console.log([`Registered for the application ${application.applicationId}:`, ...describeCommands()].join("\n  "));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : "not an error");
  process.exitCode = 1;
}
