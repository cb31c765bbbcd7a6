// Runs a program's command in this process, as a person would on a command line, and catches what it shows.
import { PassThrough } from "node:stream";
import { execute } from "@bulkhead/core/adapter";
import type { ProgramDefinition } from "@bulkhead/core/adapter";

/** What a command left behind. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `argv` with this process's environment and no terminal to ask on. */
export async function runCommand(program: ProgramDefinition, argv: readonly string[]): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = [stdout, stderr].map((stream) => stream.setEncoding("utf8").toArray() as Promise<string[]>);
  const exitCode = await execute(program, {
    argv,
    env: process.env,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  });
  stdout.end();
  stderr.end();
  const [shown = [], told = []] = await Promise.all(texts);
  return { exitCode, stdout: shown.join(""), stderr: told.join("") };
}
