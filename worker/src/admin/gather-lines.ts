// Lines that have to be read in one step, held until they are sent.
import { BackupError } from "./backup-format.ts";

export interface GatheredLines {
  readonly lines: readonly string[];
  add(line: string): void;
}

/** Throws a BackupError for more than `maxCharacters`. */
export function gatherLines(maxCharacters: number): GatheredLines {
  const lines: string[] = [];
  let characters = 0;
  return {
    lines,
    add(line) {
      characters += line.length;
      if (characters > maxCharacters) throw new BackupError("the object is too large to be read in one step");
      lines.push(line);
    },
  };
}
