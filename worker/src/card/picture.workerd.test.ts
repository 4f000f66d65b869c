import { cardOf } from "@reed/card";
import { describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { MAX_PICTURE_BYTES, noticePicture, pictureInTime } from "./picture.ts";
import type { PictureInput } from "./picture/draft.ts";
import { rendererOf } from "./renderer.ts";

const PLAIN = { icon: null, shape: "wide" } as const;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const ANA = { name: "Ana", color: "#2C6E5A" };

const NOTES: Readonly<Record<string, string>> = {
  "a list of tasks":
    "# Cabin weekend\n\n- [x] Bread, cheese, the good olives\n- [ ] Board games, *not* Risk again\n- [ ] ماء للجميع — water for everyone",
  "a title alone": "Meet at the north gate at nine",
  "no text": "",
  "a long text": `# What we decided\n\n${"We still need someone who brings the projector. ".repeat(40)}`,
  "one word of ten thousand letters": `# ${"x".repeat(10_000)}\n${"y".repeat(10_000)}`,
  "right to left": "# קניות\n\n- [x] חלב\n1. לחם\n\n> ציטוט\n\n## قائمة",
  "Chinese, Japanese and Korean": "# 京都の週末\n\n1. 朝：伏見稲荷\n2. 한국어와 中文",
  code: 'Run `npm start`\n\n```sh\necho "done" # → ok\n\nexit 0\n```',
  "emoji and signs": "Trip 🏕 👩‍👩‍👧 🏳️‍🌈 1️⃣ ❤️\n\n→ ✓ ✗ ☐ ∞ ₽",
  "scripts without a font": "கவிதை தமிழ்\n\nவணக்கம் world",
  "many marks": "**a *b ~~c `d` e~~ f* g** [h](https://example.org)",
  "hostile text":
    "\u202E\u0000\uD800<script>alert(1)</script>\n\n<img src=https://example.org/x.png> ![x](https://example.org/y.png)\n\n`url(https://example.org)`",
};

function note(text: string): PictureInput {
  return {
    type: "note",
    card: cardOf(text),
    paper: "sand",
    people: [ANA, { name: "", color: "#F2C14E" }, { name: "\u202E<b>", color: "#4453B8" }],
    icon: "🌾",
    shape: "wide",
  };
}

const renderPicture = (input: PictureInput) => rendererOf(env).render(input);
const never = () => new Promise<never>(() => {});

/** Signature, first chunk, size in pixels, and whether it is small enough to be shown everywhere. */
function facts(png: Uint8Array) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return {
    signature: [...png.subarray(0, 8)],
    chunk: String.fromCharCode(...png.subarray(12, 16)),
    size: [view.getUint32(16), view.getUint32(20)],
    isSmall: png.byteLength < MAX_PICTURE_BYTES,
  };
}

const CARD_PICTURE = { signature: SIGNATURE, chunk: "IHDR", size: [1200, 630], isSmall: true };

describe("the picture of a note", () => {
  it.each(Object.keys(NOTES))("is a PNG of 1200 by 630 below 300 KB: %s", async (name) => {
    expect(facts(await renderPicture(note(NOTES[name] ?? "")))).toEqual(CARD_PICTURE);
  });

  it("is the same for the same card, whatever was drawn before", async () => {
    const first = await renderPicture(note(NOTES["a list of tasks"] ?? ""));
    await renderPicture(note(NOTES["Chinese, Japanese and Korean"] ?? ""));
    await renderPicture(note("漢字 한국"));
    expect(await renderPicture(note(NOTES["a list of tasks"] ?? ""))).toEqual(first);
  });

  it("shows people, paper and ticks", async () => {
    const card = cardOf("# A\n\n- [ ] b");
    const plain = await renderPicture({ type: "note", card, paper: "paper", people: [], ...PLAIN });
    expect(await renderPicture({ type: "note", card, paper: "paper", people: [ANA], ...PLAIN })).not.toEqual(plain);
    expect(await renderPicture({ type: "note", card, paper: "rose", people: [], ...PLAIN })).not.toEqual(plain);
    expect(
      await renderPicture({ type: "note", card: cardOf("# A\n\n- [x] b"), paper: "paper", people: [], ...PLAIN }),
    ).not.toEqual(plain);
  });

  it("survives many scripts in a row", async () => {
    for (let start = 0x4e00; start < 0x4e00 + 900; start += 150) {
      const text = Array.from({ length: 150 }, (_, index) => String.fromCodePoint(start + index)).join("");
      expect(facts(await renderPicture(note(text)))).toEqual(CARD_PICTURE);
    }
  });
});

describe("pictures drawn beforehand", () => {
  it.each(["shared", "unavailable", "fallback"] as const)("are cards as well: %s", (kind) => {
    expect(facts(noticePicture(kind))).toEqual(CARD_PICTURE);
    expect(noticePicture(kind)).toEqual(noticePicture(kind));
  });
});

describe("a picture in time", () => {
  const png = new Uint8Array([1, 2, 3]);
  const heard: string[] = [];
  const hear = (reason: string) => {
    heard.push(reason);
  };

  it("is the one that was drawn", async () => {
    expect(await pictureInTime(() => Promise.resolve(png), never, hear)).toEqual({ bytes: png, isFallback: false });
    expect(heard.splice(0)).toEqual([]);
  });

  it("is the fallback when drawing fails, is late or gives too much", async () => {
    const fallback = { bytes: noticePicture("fallback"), isFallback: true };
    expect(await pictureInTime(() => Promise.reject(new Error("no")), never, hear)).toEqual(fallback);
    expect(
      await pictureInTime(
        () => {
          throw new Error("no");
        },
        never,
        hear,
      ),
    ).toEqual(fallback);
    expect(await pictureInTime(never, () => Promise.resolve(), hear)).toEqual(fallback);
    expect(await pictureInTime(() => Promise.resolve(new Uint8Array(MAX_PICTURE_BYTES + 1)), never, hear)).toEqual(
      fallback,
    );
    expect(heard.splice(0)).toEqual(["failed", "failed", "late", "large"]);
  });

  it("waits 800 ms", async () => {
    const waits: number[] = [];
    await pictureInTime(
      never,
      (delayMs) => {
        waits.push(delayMs);
        return Promise.resolve();
      },
      hear,
    );
    expect(waits).toEqual([800]);
  });
});
