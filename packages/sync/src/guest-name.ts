// Somebody who has not said who they are still needs a name that others can tell apart, and a colour.

const MOODS = [
  "Quiet",
  "Bright",
  "Early",
  "Gentle",
  "Brave",
  "Calm",
  "Merry",
  "Swift",
  "Kind",
  "Sunny",
  "Clever",
  "Patient",
] as const;
const BIRDS = [
  "Heron",
  "Wren",
  "Swallow",
  "Bittern",
  "Egret",
  "Plover",
  "Curlew",
  "Lark",
  "Teal",
  "Coot",
  "Warbler",
  "Crane",
] as const;
/** Colours that carry white letters at 4.5:1. */
const COLORS = ["#2c6e5a", "#b8456a", "#4552b8", "#8a5a14", "#7a3f9d", "#1f6f8b", "#a3402f", "#4f6b1f"] as const;

function pick<T>(values: readonly [T, ...T[]]): T {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return values[random % values.length] ?? values[0];
}

export function randomName(): string {
  return `${pick(MOODS)} ${pick(BIRDS)}`;
}

export function randomColor(): string {
  return pick(COLORS);
}
