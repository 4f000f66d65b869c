// The composition root: makes the device's workspace and renders the app on it.

import "./styles/tokens.css";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/list.css";
import "./styles/note.css";
import "./styles/dialog.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/App.tsx";
import { ErrorBoundary } from "./shell/ErrorBoundary.tsx";
import { fetchTheRest } from "./shell/later.ts";
import { WorkspaceContext } from "./shell/workspace-context.ts";
import { createWorkspace } from "./workspace.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

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
