// `npm run discord`: see main.ts.
import { runInstalled } from "../install.mjs";

runInstalled("discord/main.ts", process.argv.slice(2));
