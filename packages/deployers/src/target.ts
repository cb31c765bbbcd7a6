/** The target of a run: one environment's account and region, and what is to stand there. */

import type { Where } from "@bulkhead/core";
import { dirname } from "node:path";
import type { LockFile } from "@bulkhead/landing-zone";
import { declareStacks, stackFromFlags } from "./cloudformation/declare.ts";
import { declaredList, declaredMap, fill, merged, type Declared } from "./deploy-file/declared.ts";
import type { DeployFile } from "./deploy-file/load.ts";
import type { HooksInput, NotificationInput } from "./deploy-file/schema.ts";
import { accountUnknown, missingFlags, noEnvironment, unknownName } from "./errors.ts";
import { declareFunctions, declareLayers, functionFromFlags } from "./lambda/declare.ts";
import type { FunctionDeclaration, LayerDeclaration } from "./lambda/model.ts";
import type { StackDeclaration } from "./cloudformation/model.ts";
import type { TargetFlags } from "./target-flags.ts";

export interface Target {
  /** Whose stacks and functions these are. */
  readonly application: string;
  /** Undefined where no environment was named. */
  readonly environment: string | undefined;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** The role by which the account is entered from another one; without it, only the account's own credentials will do. */
  readonly accessRole: string | undefined;
  /** What was declared; the landing zone can say so too. */
  readonly protected: boolean;
  readonly artifactBucket: { readonly name: string; readonly create: boolean } | undefined;
  /** The environment before this one: what is deployed here must have run there. */
  readonly after: string | undefined;
  /** Whether another environment is `after` this one: then receipts say of every commit that it ran here. */
  readonly isBeforeAnother: boolean;
  readonly stacks: readonly StackDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly layers: readonly LayerDeclaration[];
  /** The folder that paths are relative to: that of the deploy file, or the working folder. */
  readonly folder: string;
  readonly hooks: HooksInput;
  readonly notifications: readonly Declared<NotificationInput>[];
}

/** The target that a deploy file declares for an environment. */
export function targetFromFile(deployFile: DeployFile, flags: TargetFlags, lockFile: LockFile): Target {
  const { content, at, file } = deployFile;
  const known = Object.keys(content.environments);
  const environment = flags.environment ?? (known.length === 1 ? known[0] : undefined);
  if (environment === undefined) throw noEnvironment(known);
  const declared = content.environments[environment];
  if (!declared) throw unknownName("environment", environment, known);
  const here = { application: content.application, environment };
  const account = accountId(declared.account, lockFile, at(["environments", environment, "account"]));
  const isProtected = declared.protected ?? false;
  const commonTags = merged([
    declaredMap(content.tags, ["tags"], at),
    declaredMap(declared.tags, ["environments", environment, "tags"], at),
  ]);

  const place = { ...here, protected: isProtected, tags: commonTags };
  const bucket = content.artifactBucket;
  return {
    ...here,
    account,
    region: declared.region,
    accessRole: flags["access-role"] ?? declared.accessRole,
    protected: isProtected,
    artifactBucket: bucket && {
      name: fill(bucket.name, { account, region: declared.region }, at(["artifactBucket", "name"])),
      create: bucket.create ?? false,
    },
    after: declared.after,
    isBeforeAnother: Object.values(content.environments).some(({ after }) => after === environment),
    stacks: declareStacks(deployFile, place),
    functions: declareFunctions(deployFile, place),
    layers: declareLayers(deployFile, place),
    folder: dirname(file),
    hooks: content.hooks ?? {},
    notifications: declaredList(content.notifications, ["notifications"], at).filter(
      ({ input }) => input.environments?.includes(environment) ?? true,
    ),
  };
}

/** What flags must say, beside account and region, where there is no file. */
export type NeededFlag = "stack" | "template" | "function" | "code" | "runtime" | "role";

/**
 * The target that flags alone declare: at most one stack or function.
 * @throws Deploy.MissingFlags
 */
export function targetFromFlags(flags: TargetFlags, lockFile: LockFile, needed: readonly NeededFlag[]): Target {
  const { account, region, stack, function: name } = flags;
  const missing = (["account", "region", ...needed] as const).filter((flag) => flags[flag] === undefined);
  if (account === undefined || region === undefined || missing.length > 0) {
    throw missingFlags(missing.map((flag) => `--${flag}`));
  }
  const bucket = flags["artifact-bucket"];
  return {
    application: flags.application ?? stack ?? name ?? "",
    environment: flags.environment,
    account: accountId(account, lockFile, undefined),
    region,
    accessRole: flags["access-role"],
    protected: false,
    artifactBucket: bucket === undefined ? undefined : { name: bucket, create: false },
    after: undefined,
    isBeforeAnother: false,
    stacks: stackFromFlags(flags),
    functions: functionFromFlags(flags),
    layers: [],
    folder: ".",
    hooks: {},
    notifications: [],
  };
}

/** @throws Deploy.AccountUnknown */
export function accountId(account: string, lockFile: LockFile, where: Where | undefined): string {
  const id = /^\d{12}$/.test(account) ? account : lockFile.accounts[account]?.id;
  if (id === undefined) throw accountUnknown(account, where);
  return id;
}
