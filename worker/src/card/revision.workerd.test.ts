import { parseLinkId, parseNoteId } from "@reed/log";
import { cardOf } from "@reed/card";
import { describe, expect, it } from "vitest";
import type { PictureInput } from "./picture/draft.ts";
import {
  isGenuine,
  noticePath,
  parseNoticePath,
  parsePicturePath,
  pictureKey,
  picturePath,
  revisionOf,
} from "./revision.ts";

const PLAIN = { icon: null, shape: "wide" } as const;
const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
const noteId = parseNoteId("AbCdEfGhIjKlMnOpQrStUw");
const linkId = parseLinkId("AbCdEfGhIjKlMnOp");

function picture(text: string): PictureInput {
  return { type: "note", card: cardOf(text), paper: "paper", people: [], ...PLAIN };
}

async function signedPath(withLink = true): Promise<string> {
  if (noteId === null || linkId === null) throw new Error("test ids are ids");
  return picturePath(await pictureKey(secret), {
    noteId,
    linkId: withLink ? linkId : null,
    revision: await revisionOf(picture("# a")),
  });
}

async function isAccepted(path: string, by = secret): Promise<boolean> {
  const address = parsePicturePath(path);
  return address !== null && isGenuine(await pictureKey(by), address);
}

describe("the address of a picture", () => {
  it("is accepted as it was made", async () => {
    expect(await isAccepted(await signedPath())).toBe(true);
    expect(await isAccepted(await signedPath(false))).toBe(true);
    expect(await signedPath(false)).toMatch(/^\/og\/AbCdEfGhIjKlMnOpQrStUw\/-\/[\w-]{12}-[\w-]{22}\.png$/);
  });

  it("is pinned: old addresses in chats must go on working", async () => {
    const key = await pictureKey(secret);
    const address = parsePicturePath(
      "/og/AbCdEfGhIjKlMnOpQrStUw/AbCdEfGhIjKlMnOp/abcdefghijkl-0000000000000000000000.png",
    );
    expect(address === null ? null : await picturePath(key, address)).toBe(
      "/og/AbCdEfGhIjKlMnOpQrStUw/AbCdEfGhIjKlMnOp/abcdefghijkl-MhhmNJlnrVpwCIoAEQoz0T.png",
    );
  });

  it("is refused when any character is changed", async () => {
    const path = await signedPath();
    for (let index = "/og/".length; index < path.length - ".png".length; index += 1) {
      const other = path[index] === "A" ? "B" : "A";
      expect(await isAccepted(path.slice(0, index) + other + path.slice(index + 1))).toBe(false);
    }
    expect(await isAccepted(path, secret.toReversed())).toBe(false);
  });

  it("is read strictly", async () => {
    const path = await signedPath();
    for (const bad of [
      `${path}?x`,
      path.slice(1),
      path.replace(".png", ".PNG"),
      path.replace(".png", ""),
      `${path}/`,
      path.replace("/og/", "/og//"),
      `/x${path}`,
      path.replace("AbCdEfGhIjKlMnOp/", "/"),
      `${path}\n`,
    ]) {
      expect(parsePicturePath(bad)).toBeNull();
    }
    expect(() => pictureKey(new Uint8Array(16))).toThrow(RangeError);
  });
});

describe("the revision", () => {
  it("changes with what is shown and only with that", async () => {
    const first = await revisionOf(picture("# a\n\nb"));
    expect(first).toMatch(/^[\w-]{12}$/);
    expect(await revisionOf(picture("# a\n\n\nb\n"))).toBe(first);
    expect(await revisionOf(picture("# a\n\nc"))).not.toBe(first);
    expect(await revisionOf({ type: "note", card: cardOf("# a\n\nb"), paper: "sand", people: [], ...PLAIN })).not.toBe(
      first,
    );
    expect(
      await revisionOf({
        type: "note",
        card: cardOf("# a\n\nb"),
        paper: "paper",
        people: [{ name: "Ana", color: "#000000" }],
        ...PLAIN,
      }),
    ).not.toBe(first);
  });

  it("stays while a long note changes below what is shown", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    expect(await revisionOf(picture([...lines, "end"].join("\n")))).toBe(
      await revisionOf(picture([...lines, "other end"].join("\n"))),
    );
  });
});

describe("addresses of notices", () => {
  it("are read back", () => {
    for (const kind of ["shared", "unavailable", "fallback"] as const)
      expect(parseNoticePath(noticePath(kind))).toBe(kind);
    expect(parseNoticePath("/og/empty.png")).toBeNull();
    expect(parseNoticePath("/og/shared.png/")).toBeNull();
  });
});
