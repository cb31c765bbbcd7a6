/** Commands as data: name, flags with types and help, and what to run. The adapter turns them into a program. */

import type { Report } from "./events.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { CommonFlags } from "./common-flags.ts";
import type { Flags, FlagValues } from "./flag.ts";
import type { JsonObject } from "./json.ts";
import type { Style } from "./style.ts";

export interface Argument {
  readonly name: string;
  readonly help: string;
  readonly required?: boolean;
  /** Takes all that follows; only the last argument can. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
}

/** What a command has to show: one document, for each of the output formats. Where all are left out, nothing. */
export interface Result {
  readonly exitCode?: ExitCode;
  /** The JSON document. `kind` and `version` name its documented shape. */
  readonly document?: JsonObject & { readonly kind: string; readonly version: number };
  readonly text?: (style: Style) => string;
  /** Where it is left out, Markdown output shows the text in a code block. */
  readonly markdown?: () => string;
}

/** A part of what a command has to show, which it follows as it happens. */
export interface Part {
  /** One JSON document, on one line. */
  readonly document: JsonObject;
  readonly text: (style: Style) => string;
}

export interface Terminal {
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Asks a yes-or-no question; only a clear yes is one. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a line of text, for a one-time code say. */
  ask(question: string): Promise<string>;
  /** Shows something ahead of a question; it never mixes with the document on stdout. */
  show(text: (style: Style) => string): void;
}

export interface CommandContext<F extends Flags = Flags> {
  readonly flags: FlagValues<F> & CommonFlags;
  /** The words after the command's name, in order. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly report: Report;
  readonly terminal: Terminal;
  /** Shows a part at once, on stdout in the output format; for commands whose result has no end, such as a followed log. */
  readonly emit: (part: Part) => void;
  /** Aborted on Ctrl-C and SIGTERM: start nothing new, settle what is in flight. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly flags?: Flags;
  /** Loads what it needs by itself, so that other commands don't pay for it. */
  run(context: CommandContext): Promise<Result>;
}

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly (Command | CommandGroup)[];
}

/** A command whose flags are typed from their definitions. */
export function defineCommand<const F extends Flags>(
  command: Omit<Command, "flags" | "run"> & { readonly flags?: F; run(context: CommandContext<F>): Promise<Result> },
): Command {
  return command as unknown as Command;
}
