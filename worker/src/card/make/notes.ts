// The notes whose pictures are kept in golden/ and shown in docs/cards.md: every script with a face, every kind of line, every edge.
import { cardOf, titleCard } from "@reed/card";
import type { PictureInput, PicturePerson } from "../picture/draft.ts";
import type { Paper } from "../picture/palette.ts";

interface Look {
  readonly paper?: Paper;
  readonly icon?: string;
  readonly people?: readonly PicturePerson[];
  readonly shape?: "wide" | "square";
}

const ANA = { name: "Ana", color: "#2c6e5a" };
const MO = { name: "Mo", color: "#b5485f" };
const SAM = { name: "Sam", color: "#4453b8" };
const MANY = [ANA, MO, SAM, ...["Ines", "Jon", "Kai"].map((name) => ({ name, color: "#7a4bb0" }))];

function note(text: string, { paper = "paper", icon, people = [], shape = "wide" }: Look = {}): PictureInput {
  return { type: "note", card: cardOf(text), paper, icon: icon ?? null, people, shape };
}

const CABIN =
  "# Cabin weekend\n\n- [x] Bread, cheese, the good olives\n- [x] Sleeping bags (3)\n- [ ] Charcoal and matches\n- [ ] Board games, *not* Risk again\n- [ ] ماء للجميع — water for everyone\n";

export const GOLDEN: Readonly<Record<string, PictureInput>> = {
  tasks: note(CABIN, { paper: "sand", people: [ANA, MO, SAM] }),
  "tasks-icon": note(CABIN.replace("# Cabin", "# The cabin"), { paper: "reed", icon: "🏕️", people: MANY }),
  "all-done": note("# Before we leave\n\n- [x] Windows\n- [x] Stove off\n- [x] Keys to Mrs Okafor", {
    paper: "moss",
    people: [MO],
  }),
  prose: note(
    "# What we decided\n\nWe meet on **Thursday at seven**, at Jon's. Everyone brings one thing that can be eaten without a table.\n\nIf it rains we stay in and *nobody* complains.",
    { paper: "sky", people: [ANA, SAM] },
  ),
  long: note(
    `# Minutes of the allotment society, spring meeting\n\n${Array.from({ length: 14 }, (_, i) => `Point ${i + 1}: the water butt by the north gate leaks again and somebody has to look at it before the summer.`).join("\n\n")}`,
    { people: [ANA, MO] },
  ),
  "long-title": note(
    "# A title that somebody wrote as a whole sentence because they had a great deal to say at once\n\nAnd then one line.",
    { paper: "stone" },
  ),
  "title-alone": note("# Meet at the north gate at nine", { paper: "rose", people: [MO] }),
  "title-level": {
    type: "note",
    card: titleCard("Cabin weekend"),
    paper: "sand",
    icon: "🏕️",
    people: [],
    shape: "wide",
  },
  empty: note("", { paper: "indigo" }),
  headings: note("# Trip\n\n## Day one\nTrain at 8:14\n\n## Day two\nWalk to the lake\n\n### Bring\nTowels", {
    paper: "plum",
  }),
  lists: note("# Packing\n\n1. Tent\n2. Stove\n   - gas\n   - matches\n3. Maps\n\n- Hats\n- Cards", {
    paper: "clay",
    people: [SAM],
  }),
  quote: note("# From the letter\n\n> The boat leaves at **noon**,\n> with or without you.\n\nSo we should hurry.", {
    paper: "sand",
  }),
  code: note(
    '# Deploy\n\nRun `npm test` first.\n\n```sh\nnpm run build\nnpx wrangler deploy --env production\n\necho "done"\n```',
    {
      paper: "stone",
      people: [MO],
    },
  ),
  table: note(
    "# Who brings what\n\n| Name | Dish | For |\n| --- | --- | --- |\n| Ana | Potato salad | 12 |\n| Mo | **Bread**, two kinds | 20 |\n| Sam | Nothing, *as usual* | – |\n",
    {
      paper: "reed",
      people: [ANA, MO, SAM],
    },
  ),
  styles: note(
    "# Marks\n\n**Bold**, *slanted*, ~~gone~~, `code` and [a link](https://example.org).\n\nhttps://example.org/plan alone\n\n**a *b ~~c `d`~~***",
  ),
  emoji: note(
    "# Birthday 🎉\n\n- [x] 🎂 Cake\n- [ ] 🎈 Balloons, 👩‍👩‍👧 from upstairs come too\n- [ ] ❤️ 🏳️‍🌈 🇵🇹 1️⃣ 👍🏽\n- [ ] → ✓ ∞ signs stay signs",
    { paper: "rose", people: [ANA, MO] },
  ),
  greek: note("# Καλοκαίρι στη Νάξο\n\n- [ ] Εισιτήρια για το πλοίο\n- [x] Ψάθινα καπέλα", { paper: "sky" }),
  cyrillic: note(
    "# Поездка на дачу\n\n- [x] Самовар и варенье\n- [ ] Дрова, спички\n\nВстречаемся у **платформы** в девять.",
    { paper: "moss" },
  ),
  arabic: note(
    "# رحلة نهاية الأسبوع\n\n- [x] خبز وجبن وزيتون\n- [ ] خيمة من نوع Quechua\n- [ ] ماء للجميع\n\n> لا تنسوا المفاتيح",
    { paper: "sand", people: [{ name: "ليلى", color: "#b5485f" }, ANA] },
  ),
  hebrew: note("# קניות לשבת\n\n1. חלה ויין\n2. ירקות מהשוק\n\n- [ ] לקנות 3 Bagels\n- [x] נרות", { paper: "clay" }),
  devanagari: note("# सप्ताहांत की यात्रा\n\n- [x] रोटी और सब्ज़ी\n- [ ] तंबू और **कंबल**\n\nसुबह नौ बजे मिलेंगे।", {
    paper: "plum",
  }),
  thai: note("# ทริปวันหยุด\n\n- [ ] เต็นท์และถุงนอน\n- [x] น้ำดื่มสำหรับทุกคน\n\nเจอกันที่สถานีเก้าโมงเช้า", { paper: "reed" }),
  chinese: note("# 周末去山里\n\n- [x] 面包和奶酪\n- [ ] 帐篷、睡袋\n\n早上九点在**北门**集合，不要迟到。", {
    paper: "indigo",
  }),
  japanese: note("# 京都の週末\n\n1. 朝：伏見稲荷\n2. 昼：にしん蕎麦\n3. 夜：鴨川を散歩\n\n> 傘を忘れずに", {
    paper: "rose",
  }),
  korean: note("# 주말 캠핑\n\n- [x] 김치와 라면\n- [ ] 텐트, 침낭\n\n아침 아홉 시에 **북문**에서 만나요.", {
    paper: "sky",
  }),
  mixed: note("# Names نام 名前 이름 שם\n\nمرحبا Ana, 3 loaves\nAna مرحبا, ٣ أرغفة\n漢字 and kana かな and हिन्दी", {
    paper: "paper",
  }),
  "one-word": note(`# ${"Donaudampfschifffahrtsgesellschaft".repeat(6)}\n\n${"x".repeat(900)}`, { paper: "stone" }),
  "no-glyphs": note("# கவிதை and words\n\nவணக்கம் world", { paper: "clay" }),
  "many-people": note("# Choir\n\nRehearsal moved to **Tuesday**.", {
    paper: "indigo",
    people: [{ name: "Bartholomew Featherstonehaugh-Cholmondeley", color: "#a25b12" }, ...MANY],
  }),
  square: note(CABIN, { paper: "sand", icon: "🏕️", people: [ANA, MO, SAM], shape: "square" }),
};
