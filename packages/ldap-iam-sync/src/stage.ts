/** The users as a stage of a run: directory and IAM read side by side, planned, applied, and written to the audit log. */

import type { CommandContext } from "@bulkhead/core";
import { attributesToFindBy, readDirectory } from "@bulkhead/directory";
import type { Access } from "@bulkhead/credentials";
import type { LandingZone } from "@bulkhead/landing-zone";
import type { Handler, Run } from "@bulkhead/plan";
import {
  createReadiness,
  openLandingZoneRun,
  runStages,
  type LandingZoneRun,
  type Stage,
  type StagePlan,
} from "@bulkhead/stages";
import { dirname, resolve } from "node:path";
import { readIam } from "./actual.ts";
import { iamHandlers } from "./apply.ts";
import { neededAttributes } from "./attributes.ts";
import { audited, openAuditLog } from "./audit-log.ts";
import { confirmingLeavers } from "./confirm-leavers.ts";
import { wantedUsers, type LandingZoneWithUsers } from "./desired.ts";
import { identityAccountUnknown, noUsers } from "./errors.ts";
import { createIamApi } from "./iam-api.ts";
import { explain, type Explanation, type Known } from "./explain.ts";
import { kinds, type WantedUsers } from "./model.ts";
import { deferredUsers, planUsers, stageName } from "./plan.ts";

export interface UsersStage extends Stage {
  /**
   * What is known of everybody, to explain somebody.
   * @throws Users.IdentityAccountUnknown, Directory.*
   */
  read(): Promise<Known>;
}

/** @throws Users.NotConfigured */
export function usersStage(run: LandingZoneRun): UsersStage {
  const { access, region, context, accounts, lost } = run;
  const { report } = context;
  const landingZone = withUsers(run.landingZone);
  const accountName = landingZone.organization.identityAccount;
  const folder = dirname(landingZone.file);
  const apiIn = (account: string) => createIamApi({ access, account, region, report, lost });

  /** What the directory said last in this run. */
  let wantedNow: Promise<WantedUsers> | undefined;
  const readPeople = async (attributes: readonly string[] = []): Promise<Pick<Known, "read" | "wanted">> => {
    const { partition } = await access.identity();
    const read = await readDirectory(landingZone.users, {
      attributes: [...new Set([...neededAttributes(landingZone.users), ...attributes])],
      env: context.env,
      folder,
      canary: landingZone.users.people.canary,
      readSecret: (arn) => readSecret(access, arn),
      report,
      signal: context.signal,
    });
    const wanted = wantedUsers(landingZone, read, accounts, partition);
    wantedNow = Promise.resolve(wanted);
    return { read, wanted };
  };
  const readIn = async (account: string, attributes?: readonly string[]): Promise<Known & { plan: StagePlan }> => {
    const [found, { read, wanted }] = await Promise.all([readIam(apiIn(account), report), readPeople(attributes)]);
    const plan = planUsers(wanted, found, { maxLeavers: landingZone.users.maxLeavers, today: today() });
    return { landingZone, read, wanted, found, plan };
  };
  const plan = async (): Promise<StagePlan> => {
    const account = accounts.idOf(accountName);
    return account === undefined ? deferredUsers(accountName) : (await readIn(account)).plan;
  };
  const readiness = createReadiness({ isNew: accounts.isNew, report, signal: context.signal });
  const identityAccount = (): string => {
    const account = accounts.idOf(accountName);
    if (account === undefined) throw identityAccountUnknown(accountName);
    return account;
  };

  let handlers: ReadonlyMap<string, Handler> = new Map();
  return {
    name: stageName,
    kinds: new Set(Object.values(kinds)),
    read: async () => readIn(identityAccount(), attributesToFindBy),
    plan,
    planDeferred: () => readiness.patiently(accountName, plan),
    handlers: () => handlers,
    begin: async () => {
      const { path, auditLog } = landingZone.users;
      const account = identityAccount();
      const log = auditLog === undefined ? undefined : await openAuditLog(resolve(folder, auditLog));
      await run.hold(account);
      const { arn: who, partition } = await access.identity();
      const policyArn = (policy: string): string => `arn:${partition}:iam::${account}:policy${path}${policy}`;
      const plain = iamHandlers({ api: apiIn(account), path, policyArn });
      handlers = confirmingLeavers(
        log ? audited(plain, { log, who }) : plain,
        () => (wantedNow ??= readPeople().then(({ wanted }) => wanted)),
        today(),
      );
    },
    end: async () => undefined,
  };
}

/** The users alone, as `bulkhead users plan` has them. */
export function openUsers(context: CommandContext): Run {
  const run = openLandingZoneRun(context);
  return runStages(run, [usersStage(run)]);
}

/** What becomes of somebody, and why. */
export async function explainUser(context: CommandContext, asked: string): Promise<Explanation> {
  const run = openLandingZoneRun(context);
  try {
    return explain(asked, await usersStage(run).read());
  } finally {
    run.close();
  }
}

function withUsers(landingZone: LandingZone): LandingZoneWithUsers {
  const { users } = landingZone;
  if (users === undefined) throw noUsers(landingZone.file);
  return { ...landingZone, users };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The secret is asked for in the account and region that its ARN names. */
async function readSecret(access: Access, arn: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const [, , , region = "", account = ""] = arn.split(":");
  const client = access.client(SecretsManagerClient, { account, region });
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString;
}
