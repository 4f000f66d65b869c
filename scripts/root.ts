// Where the project lies, and its own Node with the path that finds it first.
import path from "node:path";
import process from "node:process";

export const ROOT = path.resolve(import.meta.dirname, "..");

const BIN = path.join(ROOT, "node_modules", ".bin");

/** The environment for child processes: our Node and our tools first, nobody told about it. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const searched = [path.dirname(process.execPath), BIN, process.env["PATH"] ?? ""].join(path.delimiter);
  return { ...process.env, PATH: searched, ...extra };
}

/** The program behind a package's command, to be run by this Node. */
export function toolScript(file: string): string {
  return path.join(ROOT, "node_modules", file);
}
