// What the world throws when something that must always hold does not.

export class Violation extends Error {
  override readonly name = "Violation";
  readonly invariant: string;

  constructor(invariant: string, detail: string) {
    super(detail === "" ? invariant : `${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

export function assertThat(holds: boolean, invariant: string, detail: () => string = () => ""): asserts holds {
  if (!holds) throw new Violation(invariant, detail());
}
