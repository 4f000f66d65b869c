import type { Link } from "@reed/api";
import { describe, expect, it } from "vitest";
import { cardImageUrl } from "./card-image.ts";
import { ownAddressChoice, ownHint } from "./copy-choices.ts";
import { linkFacts, linkName } from "./link-words.ts";
import { reusableLink } from "./link-choice.ts";
import { endNames, endOf, isOpenLink } from "./link-end.ts";
import { cutWords, whoWords } from "./share-words.ts";

const nowMs = new Date(2026, 10, 21, 10, 30).getTime();
const now = new Date(nowMs).toISOString();
const yesterday = new Date(nowMs - 86_400_000).toISOString();
const link = (over: Partial<Link> = {}): Link => ({
  id: "a",
  url: "https://reed.test/n/abcdefghijklmnopqrstuA/0123456789abcdef#ABCDEFGHIJKLMNOPQRSTUg",
  role: "editor",
  name: null,
  uses: 0,
  live: 0,
  lastUsedAt: null,
  createdAt: now,
  createdBy: null,
  expiresAt: null,
  maxUses: null,
  ...over,
});

describe("a row of the list of links", () => {
  it("says what a named link does, and how it is used", () => {
    const climbing = link({ name: "Climbing group", live: 4, uses: 12, lastUsedAt: now });
    expect(`${linkName(climbing)} ${linkFacts(climbing, nowMs)}`).toBe(
      "Climbing group edit · 4 here now · opened 12 times",
    );
    const mum = link({ name: "Mum", role: "viewer", uses: 3, lastUsedAt: yesterday });
    expect(`${linkName(mum)} ${linkFacts(mum, nowMs)}`).toBe("Mum view · opened 3 times · last yesterday");
  });

  it("lets an unnamed link's name say what it does", () => {
    expect([linkName(link()), linkFacts(link(), nowMs)]).toEqual(["Edit link", "not opened yet"]);
    expect(linkFacts(link({ uses: 1, live: 1, lastUsedAt: now }), nowMs)).toBe("1 here now · opened once");
    expect(linkFacts(link({ uses: 1, lastUsedAt: now }), nowMs)).toBe("opened once · just now");
  });
});

describe("what is said of people and links", () => {
  const member = (name: string, isYou = false) => ({
    user: { id: `00000000-0000-4000-8000-00000000000${name.length}`, name },
    role: "editor" as const,
    since: now,
    sharedBy: null,
    isYou,
  });

  it("tells who was cut off", () => {
    expect(cutWords({ sockets: 0, people: 0 })).toContain("Nobody");
    expect(cutWords({ sockets: 3, people: 2 })).toBe("2 live viewers were disconnected.");
    expect(cutWords({ sockets: 1, people: 1 })).toBe("1 live viewer was disconnected.");
  });

  it("tells who can open the note", () => {
    expect(whoWords(null, [])).toBeNull();
    expect(whoWords([member("Me", true)], [])).toBe("Only you can open it now.");
    expect(whoWords([member("Me", true), member("Ana")], [link(), link()])).toBe(
      "You, 1 other person and anyone with one of 2 links can open it now.",
    );
  });

  it("tells how long a link lasts, and how many it lets in", () => {
    const facts = linkFacts(link({ uses: 2, maxUses: 2, lastUsedAt: now, expiresAt: yesterday }), nowMs);
    expect(facts).toBe("opened by 2 of 2 · just now · used up · run out");
    expect(linkFacts(link({ createdBy: { id: "00000000-0000-4000-8000-000000000001", name: "Mo" } }), nowMs)).toBe(
      "not opened yet · made by Mo",
    );
    expect(endOf("day", nowMs)).toBe(new Date(nowMs + 86_400_000).toISOString());
    expect([endOf("never", nowMs), endOf("as-it-is", nowMs)]).toEqual([null, undefined]);
    expect(endNames(null).map(([choice]) => choice)).toEqual(["as-it-is", "hour", "day", "week", "month"]);
    expect(endNames(yesterday).map(([choice]) => choice)).toContain("never");
  });
});

describe("a link", () => {
  it.each([
    [{}, true],
    [{ expiresAt: new Date(nowMs + 1).toISOString() }, true],
    [{ expiresAt: now }, false],
    [{ expiresAt: yesterday }, false],
    [{ uses: 1, maxUses: 2 }, true],
    [{ uses: 2, maxUses: 2 }, false],
  ])("with %o lets somebody in: %s", (over, isOpen) => {
    expect(isOpenLink(link(over), nowMs)).toBe(isOpen);
  });
});

describe("copying a link", () => {
  it("takes the newest unnamed link of the role", () => {
    const links = [
      link({ id: "named", name: "Mum" }),
      link({ id: "old", createdAt: yesterday }),
      link({ id: "ends", createdAt: new Date(nowMs + 1).toISOString(), maxUses: 3 }),
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
  it("is asked for without the secret, of the page's own origin", () => {
    const picture = "/n/abcdefghijklmnopqrstuA/0123456789abcdef.png";
    expect(cardImageUrl(link(), "title")).toBe(`${picture}?v=title`);
    expect(cardImageUrl(undefined, "title")).toBeNull();
  });
});
