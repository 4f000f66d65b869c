// A colour for somebody whose own is not known here: always the same one, of those that people choose from.

const personColors = ["#2c6e5a", "#b8456a", "#4552b8", "#8a5a14", "#7a3f9d", "#1f6f8b", "#a3402f", "#4f6b1f"] as const;

export function personColor(userId: string): string {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return personColors[sum % personColors.length] ?? personColors[0];
}
