// What somebody types after a slash, as the command that Discord would make of it.
import type { ViewCommand, ViewOption } from "./view.ts";

const SUBCOMMAND = 1;
const STRING = 3;

export interface Typed {
  readonly command: ViewCommand;
  readonly subcommand: ViewOption | null;
  /** The option that the rest of the line fills; null where there is none. */
  readonly option: ViewOption | null;
  readonly value: string;
}

/** null for what is no command of the application. */
export function readSlash(line: string, commands: readonly ViewCommand[]): Typed | null {
  const match = /^\/(\S+)\s*(.*)$/.exec(line);
  const command = commands.find(({ name, type }) => type === 1 && name === match?.[1]);
  if (command === undefined) return null;
  const rest = match?.[2] ?? "";
  const subcommands = command.options.filter(({ type }) => type === SUBCOMMAND);
  const [word = "", ...words] = rest.split(" ");
  const subcommand = subcommands.find(({ name }) => name === word) ?? null;
  if (subcommands.length > 0 && subcommand === null) return null;
  const options = subcommand?.options ?? command.options;
  const option = options.find(({ type }) => type === STRING) ?? null;
  return { command, subcommand, option, value: (subcommand === null ? rest : words.join(" ")).trim() };
}

/** `act` for interactions.ts. */
export function actOf(typed: Typed, type: "command" | "autocomplete"): Readonly<Record<string, unknown>> {
  const { command, subcommand, option, value } = typed;
  const isFocused = type === "autocomplete" ? { focused: true } : {};
  const given =
    option === null || (value === "" && type === "command")
      ? []
      : [{ name: option.name, type: STRING, value, ...isFocused }];
  const options = subcommand === null ? given : [{ name: subcommand.name, type: SUBCOMMAND, options: given }];
  return { type, name: command.name, options };
}
