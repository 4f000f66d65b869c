import { beforeEach, expect, it, vi } from "vitest";

const noteId = "abcdefghijklmnopqrstuA";
const query = "/?frame_id=f&instance_id=i&platform=desktop";

beforeEach(() => {
  vi.resetModules();
  history.replaceState(null, "", query);
});

it("keeps the page's own address where that says how the page was opened", async () => {
  const { currentRoute, goToSignIn, keepAddressInMemory, navigate } = await import("./use-route.ts");
  keepAddressInMemory();
  expect(currentRoute()).toEqual({ type: "home" });
  let heard = 0;
  addEventListener("reed:navigated", () => (heard += 1));
  navigate(`/n/${noteId}`);
  expect(currentRoute()).toEqual({ type: "note", reference: { noteId, linkId: null, secret: null } });
  expect(currentRoute()).toBe(currentRoute());
  goToSignIn();
  expect(currentRoute()).toMatchObject({ type: "note" });
  navigate("/");
  expect(currentRoute()).toEqual({ type: "home" });
  expect(heard).toBe(2);
  expect(location.pathname + location.search).toBe(query);
});

it("is the page's address everywhere else", async () => {
  const { currentRoute, navigate } = await import("./use-route.ts");
  navigate(`/n/${noteId}`);
  expect(currentRoute()).toMatchObject({ type: "note" });
  expect(location.pathname).toBe(`/n/${noteId}`);
});
