import { describe, expect, it } from "vitest";
import { canWrite, lostBy, noticesFor } from "./notices.ts";
import { saveWords } from "./save-words.ts";

const fine = { save: "Saved", role: "editor", keeps: "device", problem: null } as const;
const ids = (status: Parameters<typeof noticesFor>[0]) => noticesFor(status).map((notice) => notice.id);

describe("notices", () => {
  it("says nothing when all is well, saving or offline", () => {
    for (const save of ["Saved", "Saving…", "Saved on this device", "Offline"] as const)
      expect(ids({ ...fine, save })).toEqual([]);
  });

  it("says that a window keeps nothing", () => {
    expect(noticesFor({ ...fine, keeps: "memory" })[0]?.text).toMatch(/^This window can’t keep notes: /u);
  });

  it("tells a reader how to become a writer, but not one who has lost access", () => {
    expect(ids({ ...fine, role: "viewer", save: "Read only" })).toEqual(["read-only"]);
    expect(ids({ ...fine, role: "viewer", save: "Access removed" })).toEqual(["removed"]);
  });

  it("says a problem once, with the save state it caused", () => {
    const [notice, ...others] = noticesFor({ ...fine, save: "Couldn't save", problem: "storage_full" });
    expect(notice?.text).toContain("no room left");
    expect(others).toEqual([]);
    expect(ids({ ...fine, problem: "clock" })).toEqual(["problem"]);
  });

  it("says that the server lost a part, in one sentence, with a way on", () => {
    for (const save of ["Saved on this device", "Couldn't save", "Saving…"] as const) {
      const [notice, ...others] = noticesFor({ ...fine, save, problem: "restored" });
      expect(notice).toMatchObject({ id: "copy", title: null, action: "continue" });
      expect(notice?.text).toMatch(/^The server lost part of [^.]*\.$/u);
      expect(others).toEqual([]);
    }
  });

  it("says that a copy which differed was loaded again, and asks for nothing", () => {
    expect(noticesFor({ ...fine, problem: "diverged" })).toMatchObject([{ id: "copy", action: null }]);
  });

  it("puts the gravest first", () => {
    expect(ids({ ...fine, save: "Too big to save", keeps: "memory" })).toEqual(["too-big", "memory"]);
  });
});

describe("who may type", () => {
  it("takes a known role that writes", () => {
    expect(canWrite(fine)).toBe(true);
    expect(canWrite({ ...fine, role: null })).toBe(false);
    expect(canWrite({ ...fine, role: "viewer" })).toBe(false);
    expect(canWrite({ ...fine, save: "Access removed" })).toBe(false);
  });

  it("leaves one whose note is too big the keys to shorten it", () => {
    expect(canWrite({ ...fine, save: "Too big to save" })).toBe(true);
  });
});

describe("save states", () => {
  it("are each explained in whole sentences", () => {
    for (const { meaning } of Object.values(saveWords)) expect(meaning).toMatch(/^[A-Z].*\.$/u);
  });

  it("show green for nothing but the server's word", () => {
    const green = Object.entries(saveWords).filter(([, { tone }]) => tone === "saved");
    expect(green.map(([state]) => state)).toEqual(["Saved"]);
  });
});

describe("a note that is not there", () => {
  const empty = { ...fine, isLoaded: false } as const;

  it("is lost when it is unknown or closed to this person, and says which", () => {
    expect(lostBy({ ...empty, save: "Access removed", problem: "not_found" })?.sentence).toMatch(
      /^There is no note here/u,
    );
    expect(lostBy({ ...empty, save: "Access removed", problem: null })?.sentence).toMatch(/any more\.$/u);
  });

  it("is not lost while it may still come, or was read before", () => {
    expect(lostBy({ ...empty, problem: "unreachable" })).toBeNull();
    expect(lostBy({ ...empty, save: "Access removed", problem: "access_ended", isLoaded: true })).toBeNull();
  });
});
