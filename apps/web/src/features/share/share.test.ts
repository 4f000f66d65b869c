import type { ShareLink } from "@reed/sync";
import { describe, expect, it } from "vitest";
import { cardImageUrl } from "./card-image.ts";
import { ownAddressChoice, ownHint } from "./copy-choices.ts";
import { linkFacts, linkName } from "./link-words.ts";
import { reusableLink } from "./use-share-links.ts";

const nowMs = new Date(2026, 10, 21, 10, 30).getTime();
const link = (over: Partial<ShareLink> = {}): ShareLink => ({
  id: "a",
  url: "https://reed.test/n/abcdefghijklmnopqrstuA/0123456789abcdef#ABCDEFGHIJKLMNOPQRSTUg",
  role: "editor",
  name: null,
  uses: 0,
  live: 0,
  lastUsedAtMs: null,
  createdAtMs: nowMs,
  ...over,
});

describe("a row of the list of links", () => {
  it("says what a named link does, and how it is used", () => {
    const climbing = link({ name: "Climbing group", live: 4, uses: 12, lastUsedAtMs: nowMs });
    expect(`${linkName(climbing)} ${linkFacts(climbing, nowMs)}`).toBe(
      "Climbing group edit · 4 here now · opened 12 times",
    );
    const mum = link({ name: "Mum", role: "viewer", uses: 3, lastUsedAtMs: nowMs - 86_400_000 });
    expect(`${linkName(mum)} ${linkFacts(mum, nowMs)}`).toBe("Mum view · last opened yesterday");
  });

  it("lets an unnamed link's name say what it does", () => {
    expect([linkName(link()), linkFacts(link(), nowMs)]).toEqual(["Edit link", "not opened yet"]);
    expect(linkFacts(link({ uses: 1, live: 1, lastUsedAtMs: nowMs }), nowMs)).toBe("1 here now · opened once");
    expect(linkFacts(link({ uses: 1, lastUsedAtMs: nowMs }), nowMs)).toBe("opened just now");
  });
});

describe("copying a link", () => {
  it("takes the newest unnamed link of the role", () => {
    const links = [
      link({ id: "named", name: "Mum" }),
      link({ id: "old", createdAtMs: 1 }),
      link({ id: "new" }),
      link({ id: "view", role: "viewer" }),
    ];
    expect(reusableLink(links, "editor")?.id).toBe("new");
    expect(reusableLink(links.slice(0, 1), "editor")).toBeNull();
  });

  it("gives those who own nothing the address they came by, with its secret", () => {
    const reference = {
      noteId: "abcdefghijklmnopqrstuA",
      linkId: "0123456789abcdef",
      secret: "ABCDEFGHIJKLMNOPQRSTUg",
    };
    expect(ownAddressChoice(reference, "https://reed.test").address()).toBe(link().url);
    expect(ownHint(reference)).toContain("write in");
    expect(ownHint({ ...reference, secret: null })).toContain("read");
  });
});

describe("the picture of a link", () => {
  it("is asked for without the secret", () => {
    expect(cardImageUrl(link())).toBe("https://reed.test/n/abcdefghijklmnopqrstuA/0123456789abcdef.png");
    expect(cardImageUrl(undefined)).toBeNull();
  });
});
