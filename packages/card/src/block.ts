// The structure of a note as a page shows it. Part of the model that both the card page and, through lines, the picture use.
import type { Run } from "./run.ts";

export type Block = Heading | Paragraph | Quote | List | CodeBlock | Table | Rule;

export interface Heading {
  readonly type: "heading";
  /** 1 to 6. */
  readonly level: number;
  readonly runs: readonly Run[];
}

export interface Paragraph {
  readonly type: "paragraph";
  readonly runs: readonly Run[];
}

export interface Quote {
  readonly type: "quote";
  readonly blocks: readonly Block[];
}

export interface List {
  readonly type: "list";
  /** Number of the first item; null for a bullet list. */
  readonly start: number | null;
  readonly items: readonly ListItem[];
}

export interface ListItem {
  /** Of a task: whether its box is ticked. Null for an item that is no task. */
  readonly done: boolean | null;
  readonly blocks: readonly Block[];
}

export interface CodeBlock {
  readonly type: "code";
  /** First word after the fence; empty if none. */
  readonly language: string;
  readonly text: string;
}

export interface Table {
  readonly type: "table";
  /** One cell for each column. */
  readonly head: readonly (readonly Run[])[];
  /** Each with as many cells as the head. */
  readonly rows: readonly (readonly (readonly Run[])[])[];
}

export interface Rule {
  readonly type: "rule";
}
