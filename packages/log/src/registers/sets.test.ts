import { describe, expect, it } from "vitest";
import type { CborValue } from "../cbor.ts";
import { NOTE_COLORS, noteRegisters, PREVIEW_LEVELS } from "./note-registers.ts";
import { privateRegisters } from "./private-registers.ts";
import { faultOf, fold, T } from "./registers.test-support.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";
const NOTE_2 = "BBBBBBBBBBBBBBBBBBBBBA";

describe("the registers of a note", () => {
  const fault = (key: string, value: CborValue, role: "viewer" | "editor" | "owner" = "owner"): string | null =>
    faultOf(noteRegisters.reducer, { role, set: { [key]: value } });

  it("[R25] are colour, icon and tags for editors, lock and preview for the owner", () => {
    const values: readonly (readonly [string, CborValue, boolean])[] = [
      ["color", "sand", true],
      ["icon", "👩‍🌾", true],
      ["tags/barley", true, true],
      ["locked", true, false],
      ["preview", "title", false],
    ];
    for (const [key, value, isForEditors] of values) {
      expect(fault(key, value), key).toBeNull();
      expect(fault(key, value, "editor"), key).toBe(isForEditors ? null : "register_role");
      expect(fault(key, value, "viewer"), key).toBe("register_role");
    }
  });

  it("[R25] take no others", () => {
    expect(fault("color", "sand ")).toBe("register_type");
    expect(fault("color", "#fff4d9")).toBe("register_type");
    expect(fault("icon", "seventeen letters")).toBe("register_type");
    expect(fault("tags", "barley")).toBe("register_unknown_key");
    expect(fault("title", "x")).toBe("register_unknown_key");
    expect(NOTE_COLORS.map((color) => fault("color", color))).toEqual(NOTE_COLORS.map(() => null));
    expect(PREVIEW_LEVELS.map((level) => fault("preview", level))).toEqual(PREVIEW_LEVELS.map(() => null));
  });

  it("[R25] are null and empty at first", () => {
    expect(noteRegisters.read(noteRegisters.reducer.empty())).toEqual({
      color: null,
      icon: null,
      tags: new Map(),
      locked: null,
      preview: null,
    });
  });
});

describe("the registers of a user", () => {
  const fault = (key: string, value: CborValue, role: "editor" | "owner" = "owner"): string | null =>
    faultOf(privateRegisters.reducer, { role, set: { [key]: value } });

  it("[R26] are kept by note, and are the owner's alone", () => {
    const values: readonly (readonly [string, CborValue])[] = [
      [`pins/${NOTE}`, true],
      [`tags/${NOTE}/to do`, true],
      [`tags/${NOTE}/a/b`, true],
      [`read/${NOTE}`, T],
      [`opened/${NOTE}`, T],
      ["name", "Ana"],
      ["theme", "dark"],
      ["textSize", "large"],
      ["sort", "title"],
      ["x-other", 1],
    ];
    for (const [key, value] of values) {
      expect(fault(key, value), key).toBeNull();
      expect(fault(key, value, "editor"), key).toBe("register_role");
    }
  });

  it("[R26] name notes by their ids", () => {
    const keys = ["pins/x", `pins/${NOTE}x`, `tags/${NOTE}`, `tags/${NOTE}/`, "tags/x/a", `read/${NOTE}/a`];
    expect(keys.map((key) => fault(key, null))).toEqual(keys.map(() => "register_unknown_key"));
  });

  it("[R26] are read by note", () => {
    const set = { [`tags/${NOTE}/a`]: true, [`tags/${NOTE_2}/b/c`]: true, [`pins/${NOTE_2}`]: true, theme: "dark" };
    expect(privateRegisters.read(fold(privateRegisters.reducer, [{ set }]))).toMatchObject({
      tags: new Map([
        [`${NOTE}/a`, true],
        [`${NOTE_2}/b/c`, true],
      ]),
      pins: new Map([[NOTE_2, true]]),
      theme: "dark",
    });
  });

  it("[R13][R26] have room for thousands of notes", () => {
    const { reducer } = privateRegisters;
    const state = reducer.empty();
    const noteAt = (index: number): string => `${index.toString(36).padStart(21, "A")}A`;
    for (let index = 0; index < 8128; index += 64) {
      const set = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`read/${noteAt(index + at)}`, T]));
      const saved = fold(reducer, [{ set }]);
      for (const [key, cell] of saved.cells) state.cells.set(key, cell);
    }
    const full = reducer.load(reducer.save(state));
    expect(full.cells.size).toBe(8128);
    expect(privateRegisters.read(full).read.size).toBe(8128);
    const saved = reducer.save(full);
    expect(reducer.save(reducer.load(saved))).toEqual(saved);
  });
});
