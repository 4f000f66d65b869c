// Lets Node import fonts and pictures as bytes, as the Worker's bundle does.
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** From here on, in this process. */
export function allowDataModules(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!/\.(?:woff2|png)$/.test(url)) return nextLoad(url, context);
      const source = `import { readFileSync } from "node:fs";
export default new Uint8Array(readFileSync(${JSON.stringify(fileURLToPath(url))})).buffer;`;
      return { format: "module", shortCircuit: true, source };
    },
  });
}
