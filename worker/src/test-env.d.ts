// What `cloudflare:workers` gives to tests: this worker's own bindings and exports.
import type { Env as WorkerEnv } from "./env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {}
    interface GlobalProps {
      mainModule: typeof import("./index.ts");
      durableNamespaces: "NoteObject" | "LibraryObject" | "SpaceObject";
    }
  }
}
