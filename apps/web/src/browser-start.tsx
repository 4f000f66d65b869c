// The composition root in a browser's page: makes the device's workspace and renders the app on it.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/App.tsx";
import { ErrorBoundary } from "./shell/ErrorBoundary.tsx";
import { fetchTheRest } from "./shell/later.ts";
import { currentRoute } from "./shell/use-route.ts";
import { WorkspaceContext } from "./shell/workspace-context.ts";
import { createWorkspace } from "./workspace.ts";

/** `element`: where the app is drawn. Rejects where not even a device in memory can be had. */
export async function start(element: HTMLElement): Promise<void> {
  const workspace = await createWorkspace();
  const route = currentRoute();
  if (route.type === "note") workspace.prepare(route.reference);
  createRoot(element).render(
    <StrictMode>
      <ErrorBoundary>
        <WorkspaceContext value={workspace}>
          <App />
        </WorkspaceContext>
      </ErrorBoundary>
    </StrictMode>,
  );
  fetchTheRest();
}
