import { expect, it } from "vitest";
import { takeServerText } from "./server-text.ts";

it("takes the server's text off the page once, with its language, for the note it came with", () => {
  document.body.innerHTML = '<main id="reed-text" lang="pt"><h1>Olá</h1></main>';
  const text = takeServerText("abcdefghijklmnopqrstuA");
  expect([text?.language, text?.elements.textContent]).toEqual(["pt", "Olá"]);
  expect(document.getElementById("reed-text")).toBeNull();
  expect(takeServerText("abcdefghijklmnopqrstuA")).toBe(text);
  expect(takeServerText("anotherNoteIdxxxxxxxxA")).toBeNull();
});
