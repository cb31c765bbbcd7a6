/** Functions as they are: read from Lambda, every list to its last page. */

import { awsErrorName } from "@bulkhead/credentials";
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { notReadable } from "./errors.ts";
import type { FoundFunction, FoundVersion } from "./model.ts";
import { foundAlias } from "./traffic/alias.ts";
import type { FoundAlias } from "./traffic/model.ts";

/**
 * Three calls side by side: the function with its tags, the alias, and the version that it points to.
 * @returns null where there is no such function
 * @throws Lambda.NotReadable
 */
export async function readFunction(client: LambdaClient, name: string, alias: string): Promise<FoundFunction | null> {
  const [fn, found, running] = await Promise.all([
    orNull(client.send(new GetFunctionCommand({ FunctionName: name }))),
    readAlias(client, name, alias),
    readVersion(client, name, alias),
  ]);
  if (!fn) return null;
  const { Configuration = {}, Tags = {}, TagsError, Concurrency } = fn;
  // What can't be read isn't absent: without its tags, nobody knows whose the function is.
  if (TagsError) throw notReadable(name, "tags", TagsError.Message);
  checkReadable(name, Configuration);
  // The alias may have been moved between two answers.
  const live = found && found.version !== running?.version ? await readVersion(client, name, found.version) : running;
  return {
    name,
    arn: Configuration.FunctionArn ?? "",
    latest: foundVersion(Configuration),
    alias: found,
    live: found ? live : null,
    // AWS's own can't be set, and so not be wanted either.
    tags: new Map(Object.entries(Tags).filter(([key]) => !key.startsWith("aws:"))),
    reservedConcurrency: Concurrency?.ReservedConcurrentExecutions,
  };
}

/** @param qualifier a version, an alias, or `$LATEST` @returns null where there is none @throws Lambda.NotReadable */
export async function readVersion(client: LambdaClient, name: string, qualifier: string): Promise<FoundVersion | null> {
  const input = { FunctionName: name, Qualifier: qualifier };
  const found = await orNull(client.send(new GetFunctionConfigurationCommand(input)));
  if (found) checkReadable(name, found);
  return found && foundVersion(found);
}

/** Variables that can't be decrypted would look as if there were none. */
function checkReadable(name: string, { Environment }: FunctionConfiguration): void {
  const error = Environment?.Error;
  if (error) throw notReadable(name, "environment variables", error.Message);
}

async function readAlias(client: LambdaClient, name: string, alias: string): Promise<FoundAlias | null> {
  const found = await orNull(client.send(new GetAliasCommand({ FunctionName: name, Name: alias })));
  return found && foundAlias(found);
}

/** All published versions, oldest first; without their states, which AWS doesn't list. */
export async function readVersions(client: LambdaClient, name: string): Promise<readonly FoundVersion[]> {
  const versions: FoundVersion[] = [];
  for (let marker: string | undefined; ;) {
    const { Versions = [], NextMarker } = await client.send(
      new ListVersionsByFunctionCommand({ FunctionName: name, ...(marker ? { Marker: marker } : {}) }),
    );
    versions.push(...Versions.map(foundVersion).filter(({ version }) => version !== "$LATEST"));
    if (!NextMarker) return versions.sort((a, b) => Number(a.version) - Number(b.version));
    marker = NextMarker;
  }
}

/** All aliases, by name. */
export async function readAliases(client: LambdaClient, name: string): Promise<ReadonlyMap<string, FoundAlias>> {
  const aliases = new Map<string, FoundAlias>();
  for (let marker: string | undefined; ;) {
    const { Aliases = [], NextMarker } = await client.send(
      new ListAliasesCommand({ FunctionName: name, ...(marker ? { Marker: marker } : {}) }),
    );
    for (const alias of Aliases) aliases.set(alias.Name ?? "", foundAlias(alias));
    if (!NextMarker) return aliases;
    marker = NextMarker;
  }
}

/** All functions of the account and region, without aliases and tags, which AWS doesn't list. */
export async function readFunctions(client: LambdaClient): Promise<readonly FunctionConfiguration[]> {
  const functions: FunctionConfiguration[] = [];
  for (let marker: string | undefined; ;) {
    const { Functions = [], NextMarker } = await client.send(
      new ListFunctionsCommand(marker ? { Marker: marker } : {}),
    );
    functions.push(...Functions);
    if (!NextMarker) return functions;
    marker = NextMarker;
  }
}

export function foundVersion(found: FunctionConfiguration): FoundVersion {
  return {
    version: found.Version ?? "",
    configuration: {
      runtime: found.Runtime ?? "",
      handler: found.Handler ?? "",
      role: found.Role ?? "",
      memory: found.MemorySize ?? 128,
      timeout: found.Timeout ?? 3,
      architecture: found.Architectures?.[0] ?? "x86_64",
      ephemeralStorage: found.EphemeralStorage?.Size ?? 512,
      tracing: found.TracingConfig?.Mode ?? "PassThrough",
      description: found.Description ?? "",
      environment: new Map(Object.entries(found.Environment?.Variables ?? {})),
      subnets: [...(found.VpcConfig?.SubnetIds ?? [])].sort(),
      securityGroups: [...(found.VpcConfig?.SecurityGroupIds ?? [])].sort(),
      layers: (found.Layers ?? []).map(({ Arn = "" }) => Arn),
      snapStart: found.SnapStart?.ApplyOn === "PublishedVersions",
    },
    codeSha256: found.CodeSha256 ?? "",
    state: stateOf(found.State),
    stateReason: found.StateReason || undefined,
    update: found.LastUpdateStatus,
    updateReason: found.LastUpdateStatusReason || undefined,
    revisionId: found.RevisionId ?? "",
    isImage: found.PackageType === "Image",
  };
}

/** Other states than these are those of functions that aren't deployed here. */
function stateOf(state: FunctionConfiguration["State"]): FoundVersion["state"] {
  return state === "Pending" || state === "Active" || state === "Inactive" || state === "Failed" ? state : undefined;
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (awsErrorName(error) === "ResourceNotFoundException") return null;
    throw error;
  }
}
