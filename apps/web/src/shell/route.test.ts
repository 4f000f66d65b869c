import { describe, expect, it } from "vitest";
import { notePathOf, parseRoute } from "./route.ts";

const noteId = "abcdefghijklmnopqrstuA";
const linkId = "0123456789abcdef";
const secret = "ABCDEFGHIJKLMNOPQRSTUg";

describe("routes", () => {
  it.each([
    { noteId, linkId: null, secret: null },
    { noteId, linkId, secret: null },
    { noteId, linkId, secret },
  ])("writes and reads back %o", (reference) => {
    const url = new URL(notePathOf(reference), "https://reed.test");
    expect(parseRoute(url.pathname, url.hash)).toEqual({ type: "note", reference });
  });

  it("keeps the secret in the fragment", () => {
    const url = new URL(notePathOf({ noteId, linkId, secret }), "https://reed.test");
    expect(url.pathname + url.search).not.toContain(secret);
    expect(url.hash).toBe(`#${secret}`);
  });

  it("takes no fragment for a secret that is none", () => {
    expect(parseRoute(`/n/${noteId}/${linkId}`, "#top")).toEqual({
      type: "note",
      reference: { noteId, linkId, secret: null },
    });
    expect(parseRoute(`/n/${noteId}`, `#${secret}`)).toEqual({
      type: "note",
      reference: { noteId, linkId: null, secret: null },
    });
  });

  it.each([
    "/n/",
    "/n/short",
    `/n/${noteId}x`,
    `/n/${noteId.slice(0, -1)}B`,
    `/n/${noteId}/short`,
    `/n/${noteId}/${linkId}/more`,
    "/elsewhere",
  ])("%s is no page of ours", (path) => {
    expect(parseRoute(path, "")).toEqual({ type: "lost" });
  });

  it("knows the account and the way in", () => {
    expect(parseRoute("/account", "")).toEqual({ type: "account" });
    expect(parseRoute("/sign-in/", "")).toEqual({ type: "sign-in" });
  });

  it("is at home at the root", () => {
    expect(parseRoute("/", "")).toEqual({ type: "home" });
  });
});
