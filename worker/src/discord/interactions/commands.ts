// The commands of Reed's application at Discord: what is registered there (scripts/discord-commands.ts) and what the endpoint
// answers. Names and limits are Discord's.

export const COMMAND_TYPES = { chat: 1, message: 3, entryPoint: 4 } as const;
const OPTION_TYPES = { subcommand: 1, text: 3 } as const;

export const LAUNCH = "launch";
export const NOTE = "note";
export const TURN_INTO_NOTE = "Turn into note";

/** Of a title that is given with a command, and of what is looked for. */
const MAX_WORDS_LENGTH = 100;

export interface TextOption {
  readonly type: typeof OPTION_TYPES.text;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly autocomplete?: true;
  readonly max_length: number;
}

export interface Subcommand {
  readonly type: typeof OPTION_TYPES.subcommand;
  readonly name: string;
  readonly description: string;
  readonly options: readonly TextOption[];
}

export interface Command {
  readonly name: string;
  readonly type: (typeof COMMAND_TYPES)[keyof typeof COMMAND_TYPES];
  /** A message command has none. */
  readonly description?: string;
  readonly options?: readonly Subcommand[];
  /** Of the entry point: 1, it is answered here, so that what is to be opened is known. */
  readonly handler?: 1;
  /** 0: installed in a server; 1: by a person. */
  readonly integration_types: readonly (0 | 1)[];
  /** 0: servers; 1: conversations with the bot; 2: conversations between people. */
  readonly contexts: readonly (0 | 1 | 2)[];
}

const EVERYWHERE = { integration_types: [0, 1], contexts: [0, 1, 2] } as const;

/** All of them: registering replaces the whole list, and a list without the entry point would take it away. */
export const COMMANDS: readonly Command[] = [
  {
    name: LAUNCH,
    type: COMMAND_TYPES.entryPoint,
    description: "Open the notes of this channel",
    handler: 1,
    ...EVERYWHERE,
  },
  {
    name: NOTE,
    type: COMMAND_TYPES.chat,
    description: "Notes of this channel",
    options: [
      {
        type: OPTION_TYPES.subcommand,
        name: "new",
        description: "Begin a note for everybody here",
        options: [textOption("title", "What it is called", false)],
      },
      {
        type: OPTION_TYPES.subcommand,
        name: "open",
        description: "Open a note of this channel",
        options: [{ ...textOption("note", "Which note", true), autocomplete: true }],
      },
      {
        type: OPTION_TYPES.subcommand,
        name: "search",
        description: "Find a note of this channel and show it here",
        options: [{ ...textOption("words", "Words of its title", true), autocomplete: true }],
      },
    ],
    ...EVERYWHERE,
  },
  { name: TURN_INTO_NOTE, type: COMMAND_TYPES.message, ...EVERYWHERE },
];

function textOption(name: string, description: string, required: boolean): TextOption {
  return { type: OPTION_TYPES.text, name, description, required, max_length: MAX_WORDS_LENGTH };
}
