import { describe, expect, it } from "vitest";
import { exportName } from "./export-name.ts";

describe("the name of an exported file", () => {
  it.each([
    ["Cabin weekend", "filename=\"Cabin weekend.md\"; filename*=UTF-8''Cabin%20weekend.md"],
    ["", "filename=\"Note.md\"; filename*=UTF-8''Note.md"],
    ["../../etc/passwd", "filename=\"etc passwd.md\"; filename*=UTF-8''etc%20passwd.md"],
    ['a"; filename="b', "filename=\"a ; filename= b.md\"; filename*=UTF-8''a%20%3B%20filename%3D%20b.md"],
    ["Füße", "filename=\"F__e.md\"; filename*=UTF-8''F%C3%BC%C3%9Fe.md"],
    ["50% off 'now'", "filename=\"50_ off _now_.md\"; filename*=UTF-8''50%25%20off%20%27now%27.md"],
    ["a\u202Egpj\r\nX: y", "filename=\"a gpj X y.md\"; filename*=UTF-8''a%20gpj%20X%20y.md"],
  ])("of %j is safe", (title, parameters) => {
    expect(exportName(title, "md")).toBe(parameters);
  });

  it("is short, and ends on a whole character", () => {
    const name = exportName("👩".repeat(100), "html");
    expect(decodeURIComponent(name.split("''")[1] ?? "")).toBe(`${"👩".repeat(60)}.html`);
  });
});
