// A page may be frozen or thrown away once it is hidden, and is told nothing then: what waits goes out before.
import type { OpenNote, Workspace } from "@reed/sync";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { WorkspaceContext } from "../../shell/workspace-context.ts";
import { useOpenNote } from "./use-open-note.ts";

const flush = vi.fn<() => void>();
const close = vi.fn<() => void>();
// What a page does with a note beyond this is none of the hook's business.
const note = { flush, close } as unknown as OpenNote;
const workspace = { open: () => note } as unknown as Workspace;

function Opener() {
  useOpenNote({ noteId: "abcdefghijklmnopqrstuA", linkId: null, secret: null });
  return null;
}

afterEach(() => {
  vi.restoreAllMocks();
  flush.mockReset();
  close.mockReset();
});

function look(state: DocumentVisibilityState): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

it("sends what waits when its page is hidden, which is the last that a page hears before it is frozen", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const root = createRoot(document.createElement("div"));
  await act(async () =>
    root.render(
      <WorkspaceContext value={workspace}>
        <Opener />
      </WorkspaceContext>,
    ),
  );
  look("visible");
  expect(flush).not.toHaveBeenCalled();
  look("hidden");
  expect(flush).toHaveBeenCalledTimes(1);
  dispatchEvent(new Event("pagehide"));
  expect(flush).toHaveBeenCalledTimes(2);
  expect(close).not.toHaveBeenCalled();
  await act(async () => root.unmount());
  expect([flush, close].map((spy) => spy.mock.calls.length)).toEqual([3, 1]);
  look("hidden");
  expect(flush).toHaveBeenCalledTimes(3);
  vi.unstubAllGlobals();
});
