/** Runs commands that are given as data: shows their progress, prints the result or the error, sets the exit code. */

import { CommanderError } from "commander";
import type { Command, CommandContext, Result } from "./command.ts";
import { asBulkheadError, BulkheadError } from "./errors.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import type { CommonFlags } from "./common-flags.ts";
import { createProgram, usageError, type ProgramDefinition } from "./program.ts";
import { createProgress } from "./progress.ts";
import { errorDocument, renderError } from "./render-error.ts";
import { createStyle, type Style } from "./style.ts";
import { createTerminal } from "./terminal.ts";

export type { ProgramDefinition } from "./program.ts";

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
  for (const stream of [stdout, stderr]) stream.on("error", ignoreClosedPipe);
  const code = await execute(definition, { argv: argv.slice(2), env, stdin, stdout, stderr });
  // Output to a pipe is asynchronous: leave only when it is written.
  await Promise.all(
    [stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))),
  );
  process.exit(code);
}

/** A reader that has seen enough (`| head`) is no failure of ours. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Parses `argv` (without node and script), runs the command it names and returns the exit code. */
export async function execute(definition: ProgramDefinition, around: Surroundings): Promise<ExitCode> {
  const { argv, env, stdout, stderr } = around;
  let exitCode: ExitCode = exitCodes.done;
  const output = { out: (text: string) => void stdout.write(text), err: (text: string) => void stderr.write(text) };
  const program = createProgram(definition, output, async (command, flags, args) => {
    exitCode = await runCommand(command, flags as CommandContext["flags"], args, around);
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    const error = usageError(thrown);
    if (error) {
      // The words couldn't be parsed, so these two are looked for by hand.
      const json = /(^| )--output[ =]json( |$)/.test(argv.join(" "));
      const colours = !argv.includes("--no-color") && !env["NO_COLOR"];
      showError(error, around, { output: json ? "json" : "text", colours, verbose: false });
    }
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.failed;
  }
}

async function runCommand(
  command: Command,
  flags: CommandContext["flags"],
  args: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const { env, stdin, stdout, stderr } = around;
  const { output, quiet, verbose } = flags;
  const colours = !flags["no-color"] && !env["NO_COLOR"];
  const progress = createProgress({
    write: (text) => void stderr.write(text),
    live: Boolean(stderr.isTTY),
    columns: () => stderr.columns || 80,
    verbose,
    style: styleFor(stderr, colours),
  });
  const { signal, interrupt, release } = catchInterruption(() => {
    progress.clear();
    stderr.write("Settling what is in flight; Ctrl-C again leaves at once.\n");
  });
  const terminal = createTerminal({
    input: stdin,
    output: stderr,
    style: styleFor(stderr, colours),
    signal,
    interrupt,
    progress,
  });
  try {
    const report: CommandContext["report"] = (event) => {
      if (!quiet || event.type === "warning") progress.report(event);
    };
    const emit: CommandContext["emit"] = ({ document, text }) => {
      progress.clear();
      const line = output === "json" ? JSON.stringify(document) : text(styleFor(stdout, colours));
      stdout.write(`${line}\n`);
    };
    const result = await command.run({ flags, args, env, report, terminal, emit, signal });
    progress.clear();
    const text = renderResult(result, output, styleFor(stdout, colours));
    if (text !== "") stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    return signal.aborted ? exitCodes.interrupted : (result.exitCode ?? exitCodes.done);
  } catch (thrown) {
    progress.clear();
    const error = signal.aborted && isAbort(thrown) ? interrupted(thrown) : asBulkheadError(thrown);
    showError(error, around, { output, colours, verbose });
    return signal.aborted ? exitCodes.interrupted : (error.exitCode ?? exitCodes.failed);
  } finally {
    release();
  }
}

function styleFor(stream: NodeJS.WriteStream, colours: boolean): Style {
  return createStyle(colours && Boolean(stream.isTTY));
}

function renderResult(result: Result, output: CommonFlags["output"], style: Style): string {
  if (output === "json") {
    if (!result.document) {
      if (!result.text) return "";
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

/** For people on stderr, always; for machines on stdout, where they asked for JSON. */
function showError(
  error: BulkheadError,
  { stdout, stderr }: Surroundings,
  { output, colours, verbose }: { output: CommonFlags["output"]; colours: boolean; verbose: boolean },
): void {
  if (output === "json") stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`);
  stderr.write(`${renderError(error, styleFor(stderr, colours), verbose)}\n`);
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}

function interrupted(cause: unknown): BulkheadError {
  return new BulkheadError({
    code: "Run.Interrupted",
    fault: "user",
    message: "Interrupted.",
    next: "Run the command again: it goes on where it stopped.",
    cause,
  });
}

/** The first Ctrl-C asks the command to settle, and `tell` says so; the second leaves at once. */
function catchInterruption(tell: () => void): { signal: AbortSignal; interrupt: () => void; release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    tell();
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const release = (): void => void process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  return { signal: controller.signal, interrupt, release };
}
