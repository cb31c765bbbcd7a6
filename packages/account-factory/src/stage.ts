/** The accounts as a stage of a run: opened from the landing zone file, planned, applied, and the lock file kept fresh. */

import { throwAny, type CommandContext } from "@bulkhead/core";
import { leaseAccount, openAccess, type Access, type Lease } from "@bulkhead/credentials";
import {
  loadLandingZone,
  lockFilePath,
  readLockFile,
  refreshLockFile,
  writeLockFile,
  type LandingZone,
  type LockFile,
} from "@bulkhead/landing-zone";
import type { Handler, Plan, Run } from "@bulkhead/plan";
import { readOrganization, type ReadOptions } from "./actual.ts";
import { organizationHandlers, type OrganizationHandlers } from "./apply.ts";
import { readBatchTags } from "./batch-tags.ts";
import { wantedOrganization } from "./desired.ts";
import { matchAccounts } from "./match.ts";
import type { FoundOrganization, WantedOrganization } from "./model.ts";
import { createOrganizationsApi } from "./organizations-api.ts";
import { planAccounts, type AccountsPlan } from "./plan.ts";

export interface AccountsRun extends Run {
  readonly landingZone: LandingZone;
  readonly access: Access;
  readonly wanted: WantedOrganization;
  /** The organization as it is, without a plan. */
  read(): Promise<FoundOrganization>;
  /** Rebuilds the lock file from AWS and answers with its path. */
  refresh(): Promise<string>;
}

/** @throws what loading the landing zone throws */
export function openAccounts(context: CommandContext): AccountsRun {
  const landingZone = loadLandingZone(context.flags.file);
  const { managementAccountId, homeRegion, accessRole } = landingZone.organization;
  const access = openAccess(context, { region: homeRegion, accessRole });
  const wanted = wantedOrganization(landingZone);
  const { report, signal } = context;
  const region = context.flags.region ?? homeRegion;
  const lost = new AbortController();
  const apiOptions = { access, managementAccountId, region, report, interrupted: signal, lost: lost.signal };
  const api = createOrganizationsApi(apiOptions);
  const batchTags = () => readBatchTags(access, managementAccountId, report);
  const options: ReadOptions = { api, batchTags, managementAccountId, concurrency: context.flags.concurrency, report };

  let planned: AccountsPlan | undefined;
  let applying: OrganizationHandlers | undefined;
  let lease: Lease | undefined;
  const lockPath = lockFilePath(landingZone.file);
  const writeLock = (old: LockFile, ids: ReadonlyMap<string, string>): void =>
    writeLockFile(lockPath, refreshLockFile(old, landingZone.accounts, { ids }));
  let lockFile: LockFile | undefined;
  const read = async (): Promise<FoundOrganization> => {
    await access.expectAccount(managementAccountId);
    return readOrganization(options);
  };

  return {
    managementAccountId,
    landingZone,
    access,
    wanted,
    read,
    plan: async (): Promise<Plan> => {
      await access.expectAccount(managementAccountId);
      planned = await planAccounts(wanted, options);
      return { ...planned.plan, warnings: [...landingZone.warnings, ...planned.plan.warnings] };
    },
    handlers: (): ReadonlyMap<string, Handler> => {
      const found = planned?.found ?? null;
      applying = organizationHandlers({ api, access, managementAccountId, region, accessRole, report, found });
      return applying.handlers;
    },
    begin: async () => {
      // A lock file that can't be read is better known before anything is done.
      lockFile = readLockFile(lockPath);
      await access.proveAccount(managementAccountId);
      const held = await leaseAccount(access, { account: managementAccountId, region: homeRegion }, { report, signal });
      held.lost.addEventListener("abort", () => lost.abort(held.lost.reason), { once: true });
      lease = held;
      return lost.signal;
    },
    end: async () => {
      try {
        if (lockFile)
          writeLock(lockFile, new Map([...(planned?.accountIds ?? []), ...(applying?.createdAccounts ?? [])]));
      } catch (error) {
        // The lock file is a hint; what was done in AWS must be told all the same.
        report({ type: "warning", message: `${lockPath} wasn't written, run \`bulkhead refresh\`: ${String(error)}` });
      } finally {
        await lease?.release();
      }
    },
    refresh: async () => {
      const { matches, problems } = matchAccounts(wanted, (await read()).accounts);
      throwAny(problems);
      writeLock(readLockFile(lockPath), new Map([...matches].map(([name, { id }]) => [name, id])));
      return lockPath;
    },
    close: () => access.close(),
  };
}
