import { expect, it } from "vitest";
import { leadsTo } from "./intercept-links.ts";

const origin = "https://1.discordsays.com";
const anchor = (href: string, ...attributes: string[]) => ({
  href,
  hasAttribute: (name: string) => attributes.includes(name),
});

it.each(["https://example.com/a?b#c", "http://example.com/", "mailto:a@example.com", "tel:+49301"])(
  "%s leads out",
  (address) => {
    expect(leadsTo(anchor(address), origin)).toEqual({ type: "out", address });
  },
);

it("leads to a place in the app, and never to a second copy of it", () => {
  expect(leadsTo(anchor(`${origin}/n/x?frame_id=1#secret`, "target"), origin)).toEqual({
    type: "here",
    address: "/n/x#secret",
  });
});

it.each([
  ["a file to be kept", anchor("https://example.com/a", "download")],
  ["a script", anchor("javascript:alert(1)")],
  ["a blob", anchor("blob:https://example.com/1")],
  ["no address", anchor("")],
  ["no address that means anything", anchor("https://")],
])("leaves %s alone", (_what, link) => {
  expect(leadsTo(link, origin)).toBeNull();
});
