/** The calls that change a function's code and configuration, each with the revision that it was planned for. */

import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionRequest,
  type FunctionCode,
  type LambdaClient,
  type Runtime,
} from "@aws-sdk/client-lambda";
import { awsErrorName } from "@bulkhead/credentials";
import { ensureArtifact, zipKey } from "../artifacts/bucket.ts";
import { patienceFor } from "../artifacts/patience.ts";
import type { DeployRun } from "../run.ts";
import { foundVersion } from "./actual.ts";
import { storageExceeded } from "./errors.ts";
import type { Target } from "../target.ts";
import type { Configuration, FoundVersion, WantedCode, WantedFunction } from "./model.ts";
import { unquoted } from "./variables.ts";

/** What sending code needs of a run. */
export type CodeRun = Pick<DeployRun, "access" | "place"> & { readonly target: Pick<Target, "artifactBucket"> };

/** Where code is taken from: the artifact bucket, where it is put first, or the call itself. */
export async function sendCode(
  { access, place, target }: CodeRun,
  { code }: { readonly code: Pick<WantedCode, "zip" | "digest"> },
): Promise<FunctionCode> {
  const bucket = target.artifactBucket;
  if (!bucket) return { ZipFile: code.zip };
  const key = zipKey(code.digest);
  await ensureArtifact(access, { ...place, bucket }, { key, body: code.zip }, { isNew: true });
  return { S3Bucket: bucket.name, S3Key: key };
}

/** JSON carries bytes in base64. */
export function patienceForCode({ ZipFile: zip }: FunctionCode): ReturnType<typeof patienceFor> {
  return patienceFor(((zip?.length ?? 0) * 4) / 3);
}

/** Makes the function with its first version. */
export async function createFunction(
  client: LambdaClient,
  { name, configuration, tags }: WantedFunction,
  code: FunctionCode,
): Promise<FoundVersion> {
  const input = {
    FunctionName: name,
    ...settingsOf(configuration),
    ...(configuration.snapStart ? snapStartOf(configuration) : {}),
    Architectures: [configuration.architecture],
    Tags: Object.fromEntries(tags),
    Code: code,
    Publish: true,
  };
  return unquoted({ name, variables: configuration.environment }, () =>
    roomFor(name, async () => foundVersion(await client.send(new CreateFunctionCommand(input), patienceForCode(code)))),
  );
}

/** `$LATEST` with another configuration. */
export async function updateConfiguration(
  client: LambdaClient,
  { name, configuration }: WantedFunction,
  revisionId: string,
): Promise<FoundVersion> {
  const input = {
    FunctionName: name,
    ...settingsOf(configuration),
    ...snapStartOf(configuration),
    RevisionId: revisionId,
  };
  return unquoted({ name, variables: configuration.environment }, async () =>
    foundVersion(await client.send(new UpdateFunctionConfigurationCommand(input))),
  );
}

/** `$LATEST` with other code. @param publish whether it becomes a version; then that is what is returned */
export async function updateCode(
  client: LambdaClient,
  { name, configuration }: WantedFunction,
  code: FunctionCode,
  { revisionId, publish }: { readonly revisionId: string; readonly publish: boolean },
): Promise<FoundVersion> {
  const input = {
    FunctionName: name,
    ...code,
    Architectures: [configuration.architecture],
    Publish: publish,
    RevisionId: revisionId,
  };
  return roomFor(name, async () =>
    foundVersion(await client.send(new UpdateFunctionCodeCommand(input), patienceForCode(code))),
  );
}

/** A version of `$LATEST`, if that is still what was planned. */
export async function publishVersion(
  client: LambdaClient,
  { name, code }: WantedFunction,
  revisionId: string,
): Promise<FoundVersion> {
  const input = { FunctionName: name, CodeSha256: code.codeSha256, RevisionId: revisionId };
  return roomFor(name, async () => foundVersion(await client.send(new PublishVersionCommand(input))));
}

export async function tagFunction(client: LambdaClient, arn: string, tags: ReadonlyMap<string, string>): Promise<void> {
  await client.send(new TagResourceCommand({ Resource: arn, Tags: Object.fromEntries(tags) }));
}

export async function untagFunction(client: LambdaClient, arn: string, names: readonly string[]): Promise<void> {
  await client.send(new UntagResourceCommand({ Resource: arn, TagKeys: [...names] }));
}

/** @param version without it, the whole function with all its versions and aliases */
export async function deleteFunction(client: LambdaClient, name: string, version?: string): Promise<void> {
  try {
    const input = { FunctionName: name, ...(version === undefined ? {} : { Qualifier: version }) };
    await client.send(new DeleteFunctionCommand(input));
  } catch (error) {
    // The first answer was lost.
    if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
  }
}

/** All that a version fixes but the code and its architecture; what is empty is sent, so that it becomes so. */
function settingsOf(configuration: Configuration): Omit<CreateFunctionRequest, "FunctionName" | "Code"> {
  const { runtime, handler, role, memory, timeout, ephemeralStorage, tracing, description } = configuration;
  return {
    // The SDK knows those runtimes that there were when it was made; AWS knows better.
    Runtime: runtime as Runtime,
    Handler: handler,
    Role: role,
    MemorySize: memory,
    Timeout: timeout,
    EphemeralStorage: { Size: ephemeralStorage },
    TracingConfig: { Mode: tracing },
    Description: description,
    Environment: { Variables: Object.fromEntries(configuration.environment) },
    VpcConfig: { SubnetIds: [...configuration.subnets], SecurityGroupIds: [...configuration.securityGroups] },
    Layers: [...configuration.layers],
  };
}

/** Left out for new functions that don't want it: not every runtime and region has it. */
function snapStartOf({ snapStart }: Configuration): Pick<CreateFunctionRequest, "SnapStart"> {
  return { SnapStart: { ApplyOn: snapStart ? "PublishedVersions" : "None" } };
}

/** @param name whose code it is @throws Lambda.CodeStorageExceeded */
export async function roomFor<T>(name: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (awsErrorName(error) === "CodeStorageExceededException") throw storageExceeded(name, error);
    throw error;
  }
}
