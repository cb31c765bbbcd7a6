/** The target of a run: one environment's account and region, and what is to stand there. */

import type { Where } from "@bulkhead/core";
import { pathBeside, type LockFile, type Path } from "@bulkhead/landing-zone";
import type { DeployFile } from "./deploy-file/load.ts";
import type { HooksInput, NotificationInput, ParameterInput, SingleInput, StackInput } from "./deploy-file/schema.ts";
import { accountUnknown, badAssignment, invalid, missingFlags, noEnvironment, unknownName } from "./errors.ts";

/** A value as it was declared, and where. */
export interface Declared<T> {
  readonly input: T;
  readonly where?: Where | undefined;
}

export interface StackDeclaration {
  /** What the deploy file calls it. */
  readonly key: string;
  /** What AWS calls it. */
  readonly name: string;
  readonly templatePath: string;
  readonly parameters: ReadonlyMap<string, Declared<ParameterInput>>;
  readonly tags: ReadonlyMap<string, Declared<SingleInput>>;
  readonly capabilities: readonly string[];
  /** Path of a policy, `none`, or undefined for the default one. */
  readonly stackPolicy: string | undefined;
  /** Undefined: left as it is. */
  readonly terminationProtection: boolean | undefined;
  readonly roleArn: string | undefined;
  readonly notificationArns: readonly string[];
  /** Keys of other stacks. */
  readonly dependsOn: readonly string[];
  readonly hooks: HooksInput;
  readonly where: Where | undefined;
}

export interface Target {
  /** Whose stacks these are. */
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
  readonly stacks: readonly StackDeclaration[];
  readonly hooks: HooksInput;
  readonly notifications: readonly Declared<NotificationInput>[];
}

export interface TargetFlags {
  readonly environment: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly "access-role": string | undefined;
  readonly application: string | undefined;
  readonly stack: string | undefined;
  readonly template: string | undefined;
  readonly parameter: readonly string[];
  readonly tag: readonly string[];
  readonly capability: readonly string[];
  readonly "artifact-bucket": string | undefined;
  readonly "role-arn": string | undefined;
}

/** The target that a deploy file declares for an environment. */
export function targetFromFile(deployFile: DeployFile, flags: TargetFlags, lockFile: LockFile): Target {
  const { content, at, atKey, file } = deployFile;
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

  const stacks = Object.entries(content.cloudformation?.stacks ?? {}).map(([key, stack]): StackDeclaration => {
    const path: Path = ["cloudformation", "stacks", key];
    const special: Path = [...path, "environments", environment];
    const settings: StackInput = { ...stack, ...stack.environments?.[environment] };
    const both = <T>(of: (it: Partial<StackInput>) => Readonly<Record<string, T>> | undefined, name: string) =>
      merged([
        declaredMap(of(stack), [...path, name], at),
        declaredMap(of(stack.environments?.[environment] ?? {}), [...special, name], at),
      ]);
    const where = atKey(path);
    const { template } = settings;
    if (template === undefined) throw invalid(`Stack ${key} has no template in ${environment}`, where);
    return {
      key,
      name: fill(settings.name ?? "{application}-{stack}", { ...here, stack: key }, where),
      templatePath: pathBeside(file, template),
      parameters: both(({ parameters }) => parameters, "parameters"),
      tags: merged([commonTags, both(({ tags }) => tags, "tags")]),
      capabilities: settings.capabilities ?? [],
      stackPolicy:
        settings.stackPolicy === undefined || settings.stackPolicy === "none"
          ? settings.stackPolicy
          : pathBeside(file, settings.stackPolicy),
      terminationProtection: settings.terminationProtection ?? (isProtected ? true : undefined),
      roleArn: settings.roleArn,
      notificationArns: settings.notificationArns ?? [],
      dependsOn: settings.dependsOn ?? [],
      hooks: settings.hooks ?? {},
      where,
    };
  });
  const twice = stacks.find(({ name }, index) => stacks.findIndex((other) => other.name === name) < index);
  if (twice) throw invalid(`Another stack of ${environment} has the name ${twice.name}, too`, twice.where ?? { file });
  const bucket = content.cloudformation?.artifactBucket;
  return {
    ...here,
    account,
    region: declared.region,
    accessRole: flags["access-role"] ?? declared.accessRole,
    protected: isProtected,
    artifactBucket: bucket && {
      name: fill(bucket.name, { account, region: declared.region }, at(["cloudformation", "artifactBucket", "name"])),
      create: bucket.create ?? false,
    },
    stacks,
    hooks: content.hooks ?? {},
    notifications: (content.notifications ?? [])
      .map((input, index) => ({ input, where: at(["notifications", index]) }))
      .filter(({ input }) => input.environments?.includes(environment) ?? true),
  };
}

/** What flags must say, beside account and region, where there is no file. */
export type NeededFlag = "stack" | "template";

/**
 * The target that flags alone declare: at most one stack.
 * @throws Deploy.MissingFlags
 */
export function targetFromFlags(flags: TargetFlags, lockFile: LockFile, needed: readonly NeededFlag[]): Target {
  const { account, region, stack, template } = flags;
  const missing = (["account", "region", ...needed] as const).filter((name) => flags[name] === undefined);
  if (account === undefined || region === undefined || missing.length > 0) {
    throw missingFlags(missing.map((name) => `--${name}`));
  }
  const bucket = flags["artifact-bucket"];
  const declared: StackDeclaration[] =
    stack === undefined
      ? []
      : [
          {
            key: stack,
            name: stack,
            // Where it isn't needed, it isn't read.
            templatePath: template ?? "",
            parameters: assignments("parameter", flags.parameter),
            tags: assignments("tag", flags.tag),
            capabilities: flags.capability,
            stackPolicy: undefined,
            terminationProtection: undefined,
            roleArn: flags["role-arn"],
            notificationArns: [],
            dependsOn: [],
            hooks: {},
            where: undefined,
          },
        ];
  return {
    application: flags.application ?? stack ?? "",
    environment: flags.environment,
    account: accountId(account, lockFile, undefined),
    region,
    accessRole: flags["access-role"],
    protected: false,
    artifactBucket: bucket === undefined ? undefined : { name: bucket, create: false },
    stacks: declared,
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

function declaredMap<T>(
  record: Readonly<Record<string, T>> | undefined,
  path: Path,
  at: (path: Path) => Where,
): ReadonlyMap<string, Declared<T>> {
  return new Map(Object.entries(record ?? {}).map(([name, input]) => [name, { input, where: at([...path, name]) }]));
}

/** The last one wins. */
function merged<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  return new Map(maps.flatMap((map) => [...map]));
}

function fill(template: string, values: Readonly<Record<string, string>>, where: Where): string {
  return template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw unknownName("placeholder", name, Object.keys(values), where);
    return value;
  });
}

function assignments(flag: string, texts: readonly string[]): ReadonlyMap<string, Declared<string>> {
  return new Map(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw badAssignment(flag, text);
      return [name, { input: value }];
    }),
  );
}
