/** Builds the parser of a program whose commands are given as data: words in, a command with typed flags out. */

import {
  Argument as WordArgument,
  Command as Program,
  type CommanderError,
  InvalidArgumentError,
  Option,
} from "commander";
import type { Command, CommandGroup } from "./command.ts";
import { BulkheadError } from "./errors.ts";
import { commonFlags } from "./common-flags.ts";
import type { Flag, Flags } from "./flag.ts";

export interface ProgramDefinition {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly commands: readonly (Command | CommandGroup)[];
}

/** Called with the command that was named, the values of all its flags, and its words. */
export type Chosen = (
  command: Command,
  flags: Readonly<Record<string, unknown>>,
  args: readonly string[],
) => Promise<void>;

export interface HelpOutput {
  /** For help that was asked for, and the version. */
  readonly out: (text: string) => void;
  /** For help that stands in for a missing subcommand. */
  readonly err: (text: string) => void;
}

/** A program that throws `CommanderError` where it would leave the process. */
export function createProgram(definition: ProgramDefinition, output: HelpOutput, chosen: Chosen): Program {
  const root = new Program(definition.name).description(definition.summary);
  root.version(definition.version, "--version", "print the version");
  for (const command of definition.commands) add(root, command, chosen);
  prepare(root, output);
  return root;
}

/** What commander says of wrong words, as an error like all others. Undefined where help or the version was shown. */
export function usageError({ code, message }: CommanderError): BulkheadError | undefined {
  if (["commander.help", "commander.helpDisplayed", "commander.version"].includes(code)) return undefined;
  const [problem = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const reason = code.replace(/^commander\.(.)/, (_, first: string) => first.toUpperCase());
  return new BulkheadError({
    code: `Usage.${reason}`,
    fault: "user",
    message: problem,
    next: suggestion?.replace(/^\((.*)\)$/, "$1") ?? "See --help.",
  });
}

function add(parent: Program, definition: Command | CommandGroup, chosen: Chosen): void {
  const program = parent.command(definition.name).description(definition.summary);
  if ("commands" in definition) {
    for (const command of definition.commands) add(program, command, chosen);
    return;
  }
  for (const argument of definition.arguments ?? []) {
    const name = `${argument.name}${argument.many ? "..." : ""}`;
    const word = new WordArgument(argument.required ? `<${name}>` : `[${name}]`, argument.help);
    // Commander checks choices word by word only through the parser.
    if (argument.choices) word.choices(argument.choices);
    program.addArgument(word);
  }
  const flags: Flags = { ...definition.flags, ...commonFlags };
  const options = Object.entries(flags).map(([name, flag]) => ({ name, flag, option: createOption(name, flag) }));
  for (const { option } of options) program.addOption(option);
  program.action(async () => {
    const parsed = program.opts();
    const values = options.map(({ name, flag, option }) => [name, flagValue(flag, option, parsed)] as const);
    await chosen(definition, Object.fromEntries(values), program.args);
  });
}

function createOption(name: string, flag: Flag): Option {
  if (flag.type === "boolean") return new Option(`--${name}`, flag.help);
  const option = new Option(`--${name} <${flag.value}>`, flag.help);
  if (flag.type === "string" && flag.choices) option.choices(flag.choices);
  if (flag.type === "number") option.argParser((text) => parseNumber(text, flag.minimum ?? 0));
  if (flag.type === "list") {
    option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), ...parseList(text)]);
  }
  if (flag.type !== "list" && flag.default !== undefined) option.default(flag.default);
  return option;
}

function parseNumber(text: string, minimum: number): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < minimum) {
    throw new InvalidArgumentError(`It must be a whole number of at least ${minimum}.`);
  }
  return value;
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function flagValue(flag: Flag, option: Option, parsed: Readonly<Record<string, unknown>>): unknown {
  const value = parsed[option.attributeName()];
  switch (flag.type) {
    case "boolean":
      // Commander reads --no-color as "color: false"; here a flag is what it is called.
      return value === !option.negate;
    case "list":
      return value ?? [];
    default:
      return value;
  }
}

function prepare(program: Program, { out, err }: HelpOutput): void {
  program
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpCommand(false)
    // Errors are shown by whoever catches them.
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined });
  for (const command of program.commands) prepare(command, { out, err });
}
