/** Functions as they are wanted: the declaration with its values looked up. */

import type { Resolver } from "../lookups/index.ts";
import { ownerTags } from "../owner.ts";
import type { Target } from "../target.ts";
import type { SingleInput } from "../deploy-file/schema.ts";
import { wouldShow } from "./errors.ts";
import { managedTag, namesOfExtras } from "./extras/names.ts";
import type { Extras, FoundFunction, FunctionDeclaration, WantedCode, WantedFunction } from "./model.ts";
import { checkVariables } from "./variables.ts";
import type { Declared } from "../deploy-file/declared.ts";

/**
 * Looks up what the declaration's values stand for.
 * @param layerOf the ARN of a layer of this file, or what stands for it until it is published; undefined for others
 * @throws Lookup.Failed, Lambda.WouldShow, Lambda.VariablesTooLarge
 */
export async function desiredFunction(
  declaration: FunctionDeclaration,
  code: WantedCode,
  target: Target,
  resolver: Resolver,
  layerOf: (key: string) => string | undefined,
): Promise<WantedFunction> {
  const { key, name, alias, where } = declaration;
  const { application, environment } = target;
  const shown = async (what: string, declared: Declared<SingleInput>): Promise<string> => {
    const { value, secret } = await resolver.resolve(declared);
    if (secret) throw wouldShow(what, name, declared.where ?? where);
    return value;
  };
  /** A look-up may stand for several, with commas between. */
  const list = async (what: string, declared: readonly Declared<SingleInput>[]): Promise<readonly string[]> => {
    const values = await Promise.all(declared.map((one) => shown(what, one)));
    return values.flatMap((value) => value.split(",")).map((value) => value.trim());
  };
  const [role, variables, tags, subnets, securityGroups, layers, extras] = await Promise.all([
    shown("The role", declaration.role),
    entries(declaration.environment, async (declared) => (await resolver.resolve(declared)).value),
    entries(declaration.tags, (declared, tag) => shown(`Tag ${tag}`, declared)),
    list("A subnet", declaration.vpc?.subnets ?? []),
    list("A security group", declaration.vpc?.securityGroups ?? []),
    list("A layer", declaration.layers),
    desiredExtras(declaration, shown),
  ]);
  checkVariables(name, variables, where);
  const { runtime, handler, memory, timeout, architecture, ephemeralStorage, tracing, description, snapStart } =
    declaration;
  const managed = namesOfExtras(extras, declaration.events.length > 0);
  return {
    ...{ key, name, application, environment, alias, code, extras, where },
    configuration: {
      ...{ runtime, handler, role, memory, timeout, architecture, ephemeralStorage, tracing, description, snapStart },
      environment: variables,
      subnets: [...subnets].sort(),
      securityGroups: [...securityGroups].sort(),
      layers: layers.map((layer) => layerOf(layer) ?? layer),
    },
    hidden: new Set(
      [...declaration.environment].flatMap(([variable, { input }]) => (typeof input === "object" ? [variable] : [])),
    ),
    tags: new Map([...tags, ...ownerTags(target), ...(managed === "" ? [] : [[managedTag, managed] as const])]),
  };
}

/** What flags leave out is as it is: only code, runtime, handler and role are said by them. Pure. */
export function keepingRest(wanted: WantedFunction, found: FoundFunction | null): WantedFunction {
  if (!found) return wanted;
  const { configuration } = found.live ?? found.latest;
  const { runtime, handler, role } = wanted.configuration;
  const managed = found.tags.get(managedTag);
  return {
    ...wanted,
    configuration: { ...configuration, runtime, handler, role },
    hidden: new Set(configuration.environment.keys()),
    tags: managed === undefined ? wanted.tags : new Map([...wanted.tags, [managedTag, managed]]),
  };
}

async function desiredExtras(
  { reservedConcurrency, provisionedConcurrency, logRetentionDays, url, permissions }: FunctionDeclaration,
  shown: (what: string, declared: Declared<SingleInput>) => Promise<string>,
): Promise<Extras> {
  return {
    ...{ reservedConcurrency, provisionedConcurrency, logRetentionDays, url },
    permissions: await Promise.all(
      permissions.map(async ({ principal, sourceArn, sourceAccount }) => ({
        principal,
        sourceArn: sourceArn && (await shown("The source of a permission", sourceArn)),
        sourceAccount,
      })),
    ),
  };
}

async function entries<T>(
  map: ReadonlyMap<string, T>,
  valueOf: (item: T, name: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all([...map].map(async ([name, item]) => [name, await valueOf(item, name)] as const)));
}
