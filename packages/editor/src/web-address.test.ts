import { expect, it } from "vitest";
import { webAddress } from "./web-address.ts";

it.each([
  ["https://example.org/a?b#c", "https://example.org/a?b#c"],
  ["http://localhost:8787", "http://localhost:8787"],
  ["www.example.org", "https://www.example.org"],
  ["ana@example.org", "mailto:ana@example.org"],
  ["tel:+4940123", "tel:+4940123"],
])("opens %s", (written, address) => {
  expect(webAddress(written)).toBe(address);
});

it.each([
  "",
  "word",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "https://a b",
  "https://a\nb",
  "vbscript:x",
  "https://",
])("does not open %o", (written) => {
  expect(webAddress(written)).toBeNull();
});
