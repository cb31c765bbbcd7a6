/** Stacks as they are declared: by the deploy file for an environment, or by flags alone. */

import { pathBeside, type Path } from "@bulkhead/landing-zone";
import { declaredMap, fill, merged, type Declared } from "../deploy-file/declared.ts";
import type { DeployFile } from "../deploy-file/load.ts";
import type { SingleInput, StackInput } from "../deploy-file/schema.ts";
import { badAssignment, invalid } from "../errors.ts";
import type { StackDeclaration } from "./model.ts";
import type { TargetFlags } from "../target-flags.ts";

export interface StackPlace {
  readonly application: string;
  readonly environment: string;
  readonly protected: boolean;
  /** Of all stacks here. */
  readonly tags: ReadonlyMap<string, Declared<SingleInput>>;
}

/** @throws DeployFile.Invalid, .UnknownName */
export function declareStacks(
  { content, at, atKey, file }: DeployFile,
  place: StackPlace,
): readonly StackDeclaration[] {
  const { application, environment } = place;
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
      name: fill(settings.name ?? "{application}-{stack}", { application, environment, stack: key }, where),
      templatePath: pathBeside(file, template),
      parameters: both(({ parameters }) => parameters, "parameters"),
      tags: merged([place.tags, both(({ tags }) => tags, "tags")]),
      capabilities: settings.capabilities ?? [],
      stackPolicy:
        settings.stackPolicy === undefined || settings.stackPolicy === "none"
          ? settings.stackPolicy
          : pathBeside(file, settings.stackPolicy),
      terminationProtection: settings.terminationProtection ?? (place.protected ? true : undefined),
      roleArn: settings.roleArn,
      notificationArns: settings.notificationArns ?? [],
      dependsOn: settings.dependsOn ?? [],
      hooks: settings.hooks ?? {},
      where,
    };
  });
  const twice = stacks.find(({ name }, index) => stacks.findIndex((other) => other.name === name) < index);
  if (twice) throw invalid(`Another stack of ${environment} has the name ${twice.name}, too`, twice.where ?? { file });
  return stacks;
}

/** The one stack that flags declare, or none. @throws Deploy.BadAssignment */
export function stackFromFlags(flags: TargetFlags): readonly StackDeclaration[] {
  const { stack, template } = flags;
  if (stack === undefined) return [];
  return [
    {
      key: stack,
      name: stack,
      // Where it isn't needed, it isn't read.
      templatePath: template ?? "",
      parameters: assignments("parameter", flags.parameter ?? []),
      tags: assignments("tag", flags.tag ?? []),
      capabilities: flags.capability ?? [],
      stackPolicy: undefined,
      terminationProtection: undefined,
      roleArn: flags["role-arn"],
      notificationArns: [],
      dependsOn: [],
      hooks: {},
      where: undefined,
    },
  ];
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
