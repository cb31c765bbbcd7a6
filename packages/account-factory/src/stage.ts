/** The accounts as a stage of a run: planned, applied, and the lock file kept fresh. */

import { throwAny, type CommandContext } from "@bulkhead/core";
import { lockFilePath, readLockFile, refreshLockFile, writeLockFile, type LockFile } from "@bulkhead/landing-zone";
import type { Run } from "@bulkhead/plan";
import { openLandingZoneRun, runStages, type LandingZoneRun, type Stage } from "@bulkhead/stages";
import { readOrganization, type ReadOptions } from "./actual.ts";
import { organizationHandlers } from "./apply.ts";
import { readBatchTags } from "./batch-tags.ts";
import { wantedOrganization } from "./desired.ts";
import { matchAccounts } from "./match.ts";
import { kinds, type FoundOrganization, type WantedOrganization } from "./model.ts";
import { createOrganizationsApi } from "./organizations-api.ts";
import { planAccounts, type AccountsPlan } from "./plan.ts";

export interface AccountsStage extends Stage {
  readonly wanted: WantedOrganization;
  /** The organization as it is, without a plan. */
  read(): Promise<FoundOrganization>;
  /** Rebuilds the lock file from AWS and answers with its path. */
  refresh(): Promise<string>;
}

export function accountsStage(run: LandingZoneRun): AccountsStage {
  const { landingZone, access, region, context } = run;
  const { managementAccountId, accessRole } = landingZone.organization;
  const { report, signal } = context;
  const wanted = wantedOrganization(landingZone);
  const api = createOrganizationsApi({
    access,
    managementAccountId,
    region,
    report,
    interrupted: signal,
    lost: run.lost,
  });
  const batchTags = () => readBatchTags(access, managementAccountId, report);
  const options: ReadOptions = { api, batchTags, managementAccountId, concurrency: context.flags.concurrency, report };

  let planned: AccountsPlan | undefined;
  const lockPath = lockFilePath(landingZone.file);
  let lockFile: LockFile | undefined;
  const ids = new Map<string, string>();
  const learn = (found: ReadonlyMap<string, string>): void => {
    run.accounts.learn(found);
    for (const [name, id] of found) ids.set(name, id);
  };
  const read = async (): Promise<FoundOrganization> => {
    await access.expectAccount(managementAccountId);
    return readOrganization(options);
  };
  const plan = async (): ReturnType<Stage["plan"]> => {
    await access.expectAccount(managementAccountId);
    planned = await planAccounts(wanted, options);
    learn(planned.accountIds);
    run.accounts.leaveOut(planned.inactive);
    return planned.plan;
  };

  return {
    name: "accounts",
    kinds: new Set(Object.values(kinds)),
    wanted,
    read,
    plan,
    planDeferred: plan,
    handlers: () =>
      organizationHandlers({
        api,
        access,
        managementAccountId,
        region,
        accessRole,
        report,
        found: planned?.found ?? null,
        made: (name, id) => {
          run.accounts.learnNew(name, id);
          ids.set(name, id);
        },
      }),
    begin: async () => {
      // A lock file that can't be read is better known before anything is done.
      lockFile = readLockFile(lockPath);
      await run.hold(managementAccountId);
    },
    end: async () => {
      try {
        if (lockFile) await writeLockFile(lockPath, refreshLockFile(lockFile, landingZone.accounts, { ids }));
      } catch (error) {
        // The lock file is a hint; what was done in AWS must be told all the same.
        report({ type: "warning", message: `${lockPath} wasn't written, run \`bulkhead refresh\`: ${String(error)}` });
      }
    },
    refresh: async () => {
      const { matches, problems } = matchAccounts(wanted, (await read()).accounts);
      throwAny(problems);
      learn(new Map([...matches].map(([name, { id }]) => [name, id])));
      await writeLockFile(lockPath, refreshLockFile(readLockFile(lockPath), landingZone.accounts, { ids }));
      return lockPath;
    },
  };
}

/** The accounts alone, as `bulkhead accounts plan` has them. */
export function openAccounts(context: CommandContext): Run {
  const run = openLandingZoneRun(context);
  return runStages(run, [accountsStage(run)]);
}

/** One look at the organization, or one rebuilding of the lock file. */
export async function withAccounts<T>(
  context: CommandContext,
  work: (accounts: AccountsStage) => Promise<T>,
): Promise<T> {
  const run = openLandingZoneRun(context);
  try {
    return await work(accountsStage(run));
  } finally {
    run.close();
  }
}
