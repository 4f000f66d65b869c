// The composition root: makes the device's workspace and renders the app on it. What was opened as a Discord Activity has another
// one, which no other page loads.

import "./styles/tokens.css";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/list.css";
import "./styles/note.css";
import "./styles/dialog.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { launchOf } from "./host/launch.ts";
import { App } from "./shell/App.tsx";
import { ErrorBoundary } from "./shell/ErrorBoundary.tsx";
import { fetchTheRest } from "./shell/later.ts";
import { WorkspaceContext } from "./shell/workspace-context.ts";
import { createWorkspace } from "./workspace.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

// The first thing looked at: nothing has changed the address yet.
const launch = launchOf(location.search);
if (launch === null) {
  const workspace = await createWorkspace();
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <WorkspaceContext value={workspace}>
          <App />
        </WorkspaceContext>
      </ErrorBoundary>
    </StrictMode>,
  );
  fetchTheRest();
} else {
  // Not awaited: what it loads waits for this module to be done.
  import("./host/discord-start.tsx").then(
    ({ start }) => start(root, launch),
    () => root.append("Reed didn’t load. Close it, and open it again."),
  );
}
