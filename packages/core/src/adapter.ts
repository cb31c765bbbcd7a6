/** Runs commands that are given as data: parses the words, shows progress, prints the result, sets the exit code. */

import { Argument as WordArgument, Command as Program, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Command, CommandContext, CommandGroup, Flag, Flags, Result } from "./command.ts";
import { asBulkheadError, BulkheadError } from "./errors.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { commonFlags, type CommonFlags } from "./flags.ts";
import { createProgress } from "./progress.ts";
import { errorDocument, renderError } from "./render-error.ts";
import { createStyle } from "./style.ts";
import { createTerminal } from "./terminal.ts";

export interface ProgramDefinition {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly commands: readonly (Command | CommandGroup)[];
}

/** The process around a program; tests give one of their own. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Runs the program on this process and leaves with its exit code. */
export async function runProgram(definition: ProgramDefinition): Promise<void> {
  const { argv, env, stdin, stdout, stderr } = process;
  const code = await execute(definition, { argv: argv.slice(2), env, stdin, stdout, stderr });
  // Output to a pipe is asynchronous: leave only when it is written.
  await Promise.all(
    [stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))),
  );
  process.exit(code);
}

/** Parses `argv` (without node and script), runs the command it names and returns the exit code. */
export async function execute(definition: ProgramDefinition, around: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const root = new Program(definition.name).description(definition.summary);
  root.version(definition.version, "--version", "print the version");
  for (const command of definition.commands) {
    add(root, command, async (chosen, flags, words) => {
      exitCode = await runCommand(chosen, flags, words, around);
    });
  }
  prepare(root, around);
  try {
    await root.parseAsync([...around.argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.failed;
    throw thrown;
  }
}

type Chosen = (command: Command, flags: Record<string, unknown>, words: readonly string[]) => Promise<void>;

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
  for (const [name, flag] of Object.entries({ ...definition.flags, ...commonFlags }))
    program.addOption(option(name, flag));
  program.action(async () => {
    const flags = program.opts();
    // Commander reads --no-color as "color: false"; here a flag is what it is called.
    await chosen(definition, { ...flags, "no-color": flags["color"] === false }, program.args);
  });
}

function option(name: string, flag: Flag): Option {
  if (flag.type === "boolean") return new Option(`--${name}`, flag.help);
  const made = new Option(`--${name} <${flag.value}>`, flag.help);
  if (flag.type === "string" && flag.choices) made.choices(flag.choices);
  if (flag.type === "number") {
    made.argParser((text) => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < (flag.minimum ?? 0)) {
        throw new InvalidArgumentError(`It must be a whole number of at least ${flag.minimum ?? 0}.`);
      }
      return value;
    });
  }
  if (flag.type === "list") {
    made.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), ...text.split(",")]);
  }
  if (flag.type !== "list" && flag.default !== undefined) made.default(flag.default);
  return made;
}

function prepare(program: Program, around: Surroundings): void {
  program
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      outputError: (text, write) => write(text),
    });
  for (const command of program.commands) prepare(command, around);
}

async function runCommand(
  command: Command,
  parsed: Record<string, unknown>,
  args: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const flags = flagValues({ ...command.flags, ...commonFlags }, parsed) as CommandContext["flags"] & CommonFlags;
  const { env, stdin, stdout, stderr } = around;
  const colours = !flags["no-color"] && !env["NO_COLOR"];
  const styleFor = (stream: NodeJS.WriteStream) => createStyle(colours && Boolean(stream.isTTY));
  const progress = createProgress({
    write: (text) => void stderr.write(text),
    live: Boolean(stderr.isTTY),
    columns: () => stderr.columns,
    verbose: flags.verbose,
    style: styleFor(stderr),
  });
  const interruption = catchInterruption();
  const terminal = createTerminal({
    input: stdin,
    output: stderr,
    colours: colours && Boolean(stderr.isTTY),
    signal: interruption.signal,
  });
  try {
    const result = await command.run({
      flags,
      args,
      env,
      report: flags.quiet ? (event) => void (event.type === "warning" && progress.report(event)) : progress.report,
      terminal,
      signal: interruption.signal,
    });
    progress.clear();
    const text = renderResult(result, flags.output, styleFor(stdout));
    if (text !== "") stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    return interruption.signal.aborted ? exitCodes.interrupted : (result.exitCode ?? exitCodes.done);
  } catch (thrown) {
    progress.clear();
    if (interruption.signal.aborted) {
      stderr.write("Interrupted.\n");
      return exitCodes.interrupted;
    }
    const error = asBulkheadError(thrown);
    if (flags.output === "json") stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`);
    stderr.write(`${renderError(error, styleFor(stderr), flags.verbose)}\n`);
    return exitCodes.failed;
  } finally {
    interruption.release();
  }
}

/** Values under the flags' own names, absent booleans as false and absent lists as empty. */
function flagValues(definitions: Flags, parsed: Record<string, unknown>): Record<string, unknown> {
  const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    Object.entries(definitions).map(([name, flag]) => {
      const value = parsed[name] ?? parsed[camel(name)];
      return [name, flag.type === "boolean" ? value === true : flag.type === "list" ? (value ?? []) : value];
    }),
  );
}

function renderResult(result: Result, output: CommonFlags["output"], style: ReturnType<typeof createStyle>): string {
  if (output === "json") {
    if (!result.document) {
      throw new BulkheadError({
        code: "Usage.NoJson",
        fault: "user",
        message: "This command has no JSON output.",
        next: "Leave out --output json.",
      });
    }
    return JSON.stringify(result.document, null, 2);
  }
  if (output === "markdown") {
    return result.markdown?.() ?? (result.text ? `\`\`\`\n${result.text(createStyle(false))}\n\`\`\`` : "");
  }
  return result.text?.(style) ?? "";
}

/** The first Ctrl-C asks the command to settle; the second leaves at once. */
function catchInterruption(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return { signal: controller.signal, release: () => void process.off("SIGINT", stop).off("SIGTERM", stop) };
}
