/** One run against a target: who we are, the fence, the lease, and what values are looked up with. */

import { exitCodes, type CommandContext, type JsonObject, type Report, type Result } from "@bulkhead/core";
import { leaseAccount, openAccess, type Access, type Lease, type Place } from "@bulkhead/credentials";
import { lockFilePath, readLockFile, type LockFile } from "@bulkhead/landing-zone";
import { existsSync } from "node:fs";
import { loadDeployFile, type DeployFile } from "./deploy-file/load.ts";
import { fileMissing, flagsWithFile, needsYes } from "./errors.ts";
import { checkFence, checkFlags, gatherFacts } from "./fence.ts";
import { createResolver, type Resolver } from "./lookups/index.ts";
import type { targetFlags, TargetFlags } from "./target-flags.ts";
import { accountId, targetFromFile, targetFromFlags, type NeededFlag, type Target } from "./target.ts";

export type TargetContext = CommandContext<typeof targetFlags>;

export interface DeployRun {
  readonly target: Target;
  readonly place: Place;
  readonly access: Access;
  readonly context: CommandContext;
  readonly resolver: Resolver;
  /** Aborted, with the error that says how, when the lease was lost: nothing more may be written. */
  readonly lost: AbortSignal;
  /**
   * Before the first write: proves that we are where we mean to be. Asks AWS once a run.
   * @throws Deploy.OutsideFence, Credentials.*
   */
  prove(): Promise<{ readonly protected: boolean }>;
  /**
   * Before the first change: asks where the environment is protected, shows what it is about.
   * @returns whether to go on
   * @throws Deploy.NeedsYes
   */
  approve(yes: boolean, question: string): Promise<boolean>;
  /**
   * Takes the target's lease, once a run.
   * @returns whether another run had it, and was waited for: what was read before may be out of date
   */
  hold(): Promise<{ readonly waited: boolean }>;
  /**
   * The target of another environment of the same deploy file.
   * @throws DeployFile.UnknownName; DeployFile.Missing where flags alone say what is meant
   */
  sibling(environment: string): Target;
  /** Gives up the lease, and closes all. */
  close(): Promise<void>;
}

const defaultFile = "bulkhead.deploy.yaml";

/** What only counts where there is no deploy file: passed over in silence, `--stack` would seem to choose one of many. */
const withoutFile = [
  "application",
  "artifact-bucket",
  "stack",
  "template",
  "parameter",
  "tag",
  "capability",
  "role-arn",
  "function",
  "code",
  "runtime",
  "handler",
  "role",
  "alias",
] as const;

type FileFlags = TargetFlags & { readonly "deploy-file": string | undefined };

/** The target as the flags and the deploy file declare it. */
function loadTarget(flags: FileFlags, lockFile: () => LockFile, needed: readonly NeededFlag[]): Target {
  const file = openFile(flags);
  return file ? targetFromFile(file, flags, lockFile()) : targetFromFlags(flags, lockFile(), needed);
}

/** The targets in all environments of the deploy file, or in the one that is named. */
export function loadTargets(
  flags: FileFlags,
  lockFile: () => LockFile,
  needed: readonly NeededFlag[],
): readonly Target[] {
  const file = openFile(flags);
  if (!file) return [targetFromFlags(flags, lockFile(), needed)];
  const environments = flags.environment === undefined ? Object.keys(file.content.environments) : [flags.environment];
  return environments.map((environment) => targetFromFile(file, { ...flags, environment }, lockFile()));
}

/** Undefined where flags alone say what is meant, whatever file lies about. */
function openFile(flags: FileFlags): DeployFile | undefined {
  const named = flags["deploy-file"];
  const { stack, template, function: name, code, account, region } = flags;
  const place = account !== undefined && region !== undefined && !existsSync(defaultFile);
  const declares = [stack, template, name, code].some((flag) => flag !== undefined);
  if (named === undefined && (declares || place)) return undefined;
  const file = loadDeployFile(named ?? defaultFile);
  if (!file) throw fileMissing(named ?? defaultFile);
  const idle = withoutFile.filter((flag) =>
    Array.isArray(flags[flag]) ? flags[flag].length > 0 : flags[flag] !== undefined,
  );
  if (idle.length > 0)
    throw flagsWithFile(
      named ?? defaultFile,
      idle.map((flag) => `--${flag}`),
    );
  return file;
}

/** @throws what loading the deploy file throws; Deploy.OutsideFence, Credentials.WrongAccount */
async function openRun(context: TargetContext, needed: readonly NeededFlag[]): Promise<DeployRun> {
  const { flags, env, report, signal, terminal } = context;
  const lockPath = lockFilePath(flags.file);
  let locked: LockFile | undefined;
  const lockFile = (): LockFile => (locked ??= readLockFile(lockPath));
  const target = loadTarget(flags, lockFile, needed);
  const said = flags.account === undefined ? undefined : accountId(flags.account, lockFile(), undefined);
  checkFlags(target, { account: said, region: flags.region });
  const { account, region, accessRole, application } = target;
  const place = { account, region };
  const access = openAccess(context, { region, accessRole: accessRole ?? "" });
  // Without a role there is no way into another account: say so before anything else.
  if (accessRole === undefined) await access.expectAccount(account);
  const stackNames = new Map(target.stacks.map(({ key, name }) => [key, name]));
  const lost = new AbortController();
  let proof: Promise<{ readonly protected: boolean }> | undefined;
  let lease: Promise<Lease> | undefined;
  let waited = false;

  const prove = async (): Promise<{ readonly protected: boolean }> => {
    const known = existsSync(lockPath) ? lockPath : undefined;
    return checkFence(target, await gatherFacts(access, target, { env, lockFile: known }));
  };
  const take = async (): Promise<Lease> => {
    const heard: Report = (event) => {
      waited ||= event.type === "waiting";
      report(event);
    };
    const held = await leaseAccount(access, place, { name: `deploy/${application}`, report: heard, signal });
    held.lost.addEventListener("abort", () => lost.abort(held.lost.reason), { once: true });
    return held;
  };
  const run: DeployRun = {
    target,
    place,
    access,
    context,
    resolver: createResolver({ access, place, env, folder: target.folder, stackNames, lockFile }),
    lost: lost.signal,
    prove: () => (proof ??= prove()),
    approve: async (yes, question) => {
      if (yes || !(await run.prove()).protected) return true;
      if (!terminal.interactive) throw needsYes(target.environment ?? `account ${account}`);
      return terminal.confirm(question);
    },
    hold: async () => {
      await run.prove();
      await (lease ??= take());
      return { waited };
    },
    sibling: (environment) => {
      const file = openFile(flags);
      if (!file) throw fileMissing(flags["deploy-file"] ?? defaultFile);
      return targetFromFile(file, { ...flags, environment }, lockFile());
    },
    close: async () => {
      const [held] = await Promise.allSettled([lease]);
      if (held.status === "fulfilled") await held.value?.release();
      access.close();
    },
  };
  return run;
}

/**
 * Runs `work` with an open run, and closes it whatever happens.
 * @param needed what the flags must say where there is no deploy file
 */
export async function withRun(
  context: TargetContext,
  work: (run: DeployRun) => Promise<Result>,
  needed: readonly NeededFlag[],
): Promise<Result> {
  const run = await openRun(context, needed);
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}

/** What a command exits with, of whose parts some may have failed. */
export function exitCodeOf(failed: boolean): number {
  return failed ? exitCodes.failed : exitCodes.done;
}

/** Where a run works, for its document. */
export function placeOf({ target }: DeployRun): JsonObject {
  const { application, environment, account, region } = target;
  return { application, environment: environment ?? null, account, region };
}
