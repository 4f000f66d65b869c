// `npm start`: see serve.ts.
import { runInstalled } from "./install.mjs";

runInstalled("serve.ts", process.argv.slice(2));
