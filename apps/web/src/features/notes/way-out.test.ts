import type { ShelfEntry } from "@reed/sync";
import { describe, expect, it } from "vitest";
import { wayOutOf, wayOutWords } from "./way-out.ts";

type Entry = Pick<ShelfEntry, "role" | "members">;

const me = { id: "00000000-0000-4000-8000-000000000001", name: "Me", role: "editor" } as const;
const lin = { id: "00000000-0000-4000-8000-000000000002", name: "Lin", role: "owner" } as const;

describe("the way out of the list", () => {
  it.each<[Entry, string | null]>([
    [{ role: "owner", members: [me] }, "delete"],
    [{ role: "editor", members: [lin, me] }, "leave"],
    [{ role: "editor", members: [lin] }, null],
    [{ role: "owner", members: [] }, "remove"],
    [{ role: "editor", members: [] }, "remove"],
    [{ role: "viewer", members: [] }, "remove"],
  ])("of %o is %s", (entry, wayOut) => {
    expect(wayOutOf(entry, me.id)).toBe(wayOut);
  });

  it("says when words are lost with the note", () => {
    expect(wayOutWords("remove", true)).toBe("Remove from this device, with what was not sent");
    expect(wayOutWords("remove", false)).toBe("Remove from this device");
  });
});
