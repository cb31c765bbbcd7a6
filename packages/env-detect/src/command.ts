/** `detect` and `require` as commands: this package's own bin runs them, and so can any other program. */

import type { parseArgs } from "node:util";
import { detectEnvironment } from "./detect.ts";
import { EnvironmentError, exitStatuses } from "./errors.ts";
import { launch } from "./launch.ts";
import type { Environment, Fact } from "./model.ts";
import { requireEnvironment, type RequireOptions } from "./require.ts";

export { launch } from "./launch.ts";

export interface CommandIo {
  readonly env: NodeJS.ProcessEnv;
  /** Takes whole lines. */
  readonly stdout: (text: string) => void;
}

const DETECT = {
  "lock-file": { type: "string" },
  "cross-account": { type: "boolean" },
  "verify-signature": { type: "boolean" },
  prove: { type: "boolean" },
} as const;

const USAGE = `Usage:
  bulkhead-env detect [--output text|json] [options]
  bulkhead-env require ENVIRONMENT [--account ID|NAME] [--region REGION] [--unknown allow] [options] [-- COMMAND …]

Options:
  --lock-file PATH     the lock file (default: the nearest bulkhead.lock.json)
  --prove              ask STS for the account, even where strong evidence is at hand
  --cross-account      credentials of another account than the machine's are meant
  --verify-signature   check AWS's signature on EC2's identity document
`;

/**
 * The whole bin: its first word chooses the command.
 * @returns the exit status
 * @throws EnvironmentError
 */
export async function run([command, ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (command === "detect") return await runDetect(args, io);
  if (command === "require") return await runRequire(args, io);
  if (command !== "--help" && command !== "help") {
    throw misuse(command === undefined ? "a command is needed: detect or require" : `there is no command ${command}`);
  }
  io.stdout(USAGE);
  return 0;
}

/**
 * `detect`: prints what is known and why.
 * @returns the exit status: 0
 * @throws EnvironmentError
 */
export async function runDetect(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parse(args, { ...DETECT, output: { type: "string", default: "text" } });
  if (positionals.length > 0) throw misuse(`unexpected argument ${positionals[0] ?? ""}`);
  const { output } = values;
  if (output !== "text" && output !== "json") throw misuse("--output takes text or json");
  const environment = await detectEnvironment(detectOptions(values, io));
  io.stdout(
    output === "json"
      ? `${JSON.stringify(environmentDocument(environment), null, 2)}\n`
      : renderEnvironment(environment),
  );
  return 0;
}

/**
 * `require`: returns when the environment is the required one, and then runs the command after `--`, if there is one.
 * @returns the command's exit status, or 0 without a command
 * @throws EnvironmentError when the environment doesn't hold: the command was not started
 */
export async function runRequire(args: readonly string[], io: CommandIo): Promise<number> {
  const end = args.indexOf("--");
  const { values, positionals } = parse(end === -1 ? args : args.slice(0, end), {
    ...DETECT,
    account: { type: "string" },
    region: { type: "string" },
    unknown: { type: "string", default: "refuse" },
  });
  const [environment, extra] = positionals;
  const { account, region, unknown } = values;
  if (environment === undefined) throw misuse("require needs the name of an environment");
  if (extra !== undefined) throw misuse(`unexpected argument ${extra}; the command goes after --`);
  if (unknown !== "refuse" && unknown !== "allow") throw misuse("--unknown takes refuse or allow");
  const [command, ...commandArgs] = end === -1 ? [] : args.slice(end + 1);
  if (end !== -1 && command === undefined) throw misuse("there is no command after --");
  await requireEnvironment({ environment, account, region }, { ...detectOptions(values, io), unknown });
  return command === undefined ? 0 : await launch(command, commandArgs, io.env);
}

/** The JSON document of `detect`: `kind: "environment"`, `version: 1`. */
export function environmentDocument(environment: Environment): object {
  return { kind: "environment", version: 1, ...environment };
}

/** The environment as a table for people: each field, and below it the evidence. */
export function renderEnvironment(environment: Environment): string {
  const {
    account,
    accountName,
    team,
    environment: stage,
    region,
    protected: isProtected,
    platform,
    unanswered,
  } = environment;
  const fields: readonly (readonly [string, Fact<unknown>])[] = [
    ["account", account],
    ["name", accountName],
    ["team", team],
    ["environment", stage],
    ["region", region],
    ["protected", isProtected],
    ["platform", platform],
  ];
  const lines = fields.flatMap(([name, { value, trust, evidence }]) => [
    `${name.padEnd(13)}${value === undefined ? "unknown" : `${String(value)} (${trust ?? "hint"})`}`,
    ...evidence.map((one) => `  ${one.trust.padEnd(8)}${one.value} by ${one.source}`),
  ]);
  const silent = unanswered.map(({ source, reason }) => `no answer    ${source}: ${reason}`);
  return `${[...lines, ...silent].join("\n")}\n`;
}

/** What went wrong as a person reads it, and the exit status that stands for it. */
export function explain(error: unknown): { readonly text: string; readonly status: number } {
  if (error instanceof EnvironmentError) {
    const next = error.next === undefined ? "" : `\n  ${error.next}`;
    return { text: `error ${error.message} (${error.code})${next}\n`, status: exitStatuses[error.code] };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    text: `error ${message} (Internal.Unexpected)\n  This is a defect of Bulkhead: please report it.\n`,
    status: 70,
  };
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function parse<const T extends NonNullable<Options>>(args: readonly string[], options: T) {
  try {
    return process
      .getBuiltinModule("node:util")
      .parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw misuse((error as Error).message);
  }
}

function detectOptions(
  values: { [Name in keyof typeof DETECT]?: string | boolean | undefined },
  { env }: CommandIo,
): RequireOptions {
  return {
    env,
    lockFile: values["lock-file"] as string | undefined,
    crossAccount: values["cross-account"] === true,
    verifySignature: values["verify-signature"] === true,
    prove: values.prove === true,
  };
}

function misuse(what: string): EnvironmentError {
  return new EnvironmentError(
    "EnvDetect.Usage",
    `${what[0]?.toUpperCase() ?? ""}${what.slice(1)}`.replace(/\.?$/, "."),
    USAGE,
  );
}
