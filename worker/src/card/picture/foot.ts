// The foot of the picture: the people at the left; progress and the mark at the right.
import { type Draft, initialOf, MARK_TEXT, type PicturePerson } from "./draft.ts";
import { MARK } from "./drawings.ts";
import { familyList } from "./families.ts";
import { box, drawing, type Node, row, words } from "./node.ts";
import { INK, INK_2, inkOn, PAPERS, REED, TRACK } from "./palette.ts";
import type { Type } from "./type.ts";

const FOOT_HEIGHT = 48;
const AVATAR = 44;
const RING = 3;
const OVERLAP = 12;
const BAR_WIDTH = 210;
const BAR_HEIGHT = 10;
const FOOT_FONT = 26;

export function foot(draft: Draft, type: Type): Node {
  const family = familyList("Text", type.fallbacks);
  const small = { fontSize: FOOT_FONT, lineHeight: "34px", whiteSpace: "nowrap" as const, fontFamily: family };
  return row({ height: FOOT_HEIGHT, flexShrink: 0, alignItems: "center", justifyContent: "space-between", gap: 36 }, [
    row({ alignItems: "center", gap: 18, flexShrink: 1, minWidth: 0 }, [
      ...(draft.people.length === 0 ? [] : [avatars(draft, family)]),
      ...(draft.names === ""
        ? []
        : [words(draft.names, { ...small, color: INK_2, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" })]),
    ]),
    row({ alignItems: "center", gap: 36, flexShrink: 0 }, [
      ...(draft.progress === null
        ? []
        : [
            row({ alignItems: "center", gap: 18 }, [
              bar(draft.progress.share),
              words(draft.progress.text, { ...small, color: INK_2 }),
            ]),
          ]),
      row({ alignItems: "center", gap: 10 }, [
        drawing(MARK, 22, 27),
        words(MARK_TEXT, { ...small, color: INK, fontWeight: 700 }),
      ]),
    ]),
  ]);
}

function avatars(draft: Draft, family: string): Node {
  return row(
    { flexShrink: 0 },
    draft.people.map((person, index) => avatar(person, index, PAPERS[draft.paper], family)),
  );
}

function avatar(person: PicturePerson, index: number, ring: string, family: string): Node {
  const size = AVATAR + 2 * RING;
  return row(
    {
      width: size,
      height: size,
      borderRadius: size / 2,
      backgroundColor: ring,
      alignItems: "center",
      justifyContent: "center",
      marginLeft: index === 0 ? -RING : -OVERLAP,
    },
    [
      row(
        {
          width: AVATAR,
          height: AVATAR,
          borderRadius: AVATAR / 2,
          backgroundColor: person.color,
          alignItems: "center",
          justifyContent: "center",
        },
        [
          words(initialOf(person.name), {
            fontSize: 20,
            lineHeight: "24px",
            fontWeight: 700,
            color: inkOn(person.color),
            fontFamily: family,
          }),
        ],
      ),
    ],
  );
}

function bar(share: number): Node {
  const filled = share === 0 ? 0 : Math.max(BAR_HEIGHT, Math.round(BAR_WIDTH * share));
  return row(
    { width: BAR_WIDTH, height: BAR_HEIGHT, borderRadius: BAR_HEIGHT / 2, backgroundColor: TRACK, overflow: "hidden" },
    [box({ width: filled, height: BAR_HEIGHT, borderRadius: BAR_HEIGHT / 2, backgroundColor: REED })],
  );
}
