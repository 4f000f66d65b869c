// What a planted bug is: a change of the product's source, made as it is loaded, so the product has no switches for it.

export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  /** Must occur exactly once; a run of white space stands for any other. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly why: string;
  readonly patches: readonly Patch[];
  /** The world finds it within this many seeds from `from` on, with room to spare. */
  readonly seeds: number;
  readonly from: number;
}

/** A mutant of one place. */
export function mutant(name: string, why: string, seeds: number, ...patches: readonly Patch[]): Mutant {
  return { name, why, seeds, from: 1, patches };
}

/** A mutant that few worlds find: the search begins near one that does, for hundreds before it would take a good part of a minute. */
export function rare(from: number, found: Mutant): Mutant {
  return { ...found, from };
}
