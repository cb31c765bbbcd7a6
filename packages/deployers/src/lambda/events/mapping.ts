/** Event source mappings: what SQS, Kinesis and DynamoDB have in common, since Lambda itself fetches from them. */

import type { Json } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListTagsCommand,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  type UpdateEventSourceMappingCommandInput,
} from "@aws-sdk/client-lambda";
import { isForeign, ownerTags } from "../../owner.ts";
import { whileBusy } from "./busy.ts";
import type { EventKind, FoundWiring, Reading, Settings, Wiring, WiringStep } from "./model.ts";
import type { SqsInput, StreamInput } from "./schema.ts";
import type { Site } from "./site.ts";

type Common = Pick<SqsInput, "batchSize" | "batchWindowSeconds" | "filters" | "reportBatchItemFailures" | "enabled">;

/** What every mapping has; what isn't declared has Lambda's default. */
export function commonSettings(input: Common, defaultBatchSize: number): Settings {
  return {
    BatchSize: input.batchSize ?? defaultBatchSize,
    MaximumBatchingWindowInSeconds: input.batchWindowSeconds ?? 0,
    FilterCriteria: (input.filters ?? []) as Json,
    FunctionResponseTypes: input.reportBatchItemFailures === true ? ["ReportBatchItemFailures"] : [],
    Enabled: input.enabled ?? true,
  };
}

/** What streams have beside it. @param onFailure an ARN */
export function streamSettings(input: StreamInput, onFailure: string | undefined): Settings {
  return {
    ...commonSettings(input, 100),
    ParallelizationFactor: input.parallelizationFactor ?? 1,
    BisectBatchOnFunctionError: input.bisectBatchOnFunctionError ?? false,
    MaximumRetryAttempts: input.maximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: input.maximumRecordAgeSeconds ?? -1,
    OnFailure: onFailure ?? null,
  };
}

const kindsByService: Readonly<Record<string, EventKind>> = { sqs: "sqs", kinesis: "kinesis", dynamodb: "dynamodb" };

/** All of the alias's; whose they are is asked only of those that aren't wanted. */
export async function readMappings(site: Site, wanted: readonly Wiring[]): Promise<Reading> {
  const { lambda, aliasArn, run } = site;
  const mappings: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client: lambda }, { FunctionName: aliasArn })) {
    mappings.push(...(page.EventSourceMappings ?? []));
  }
  const here = mappings.filter(({ FunctionArn, State }) => FunctionArn === aliasArn && State !== "Deleting");
  const wirings: FoundWiring[] = [];
  const unmanaged: string[] = [];
  for (const mapping of here) {
    const { EventSourceArn: source = "", EventSourceMappingArn, UUID } = mapping;
    const kind = kindsByService[source.split(":")[2] ?? ""];
    const declared = wanted.some((one) => one.kind === kind && one.id === source);
    if (kind === undefined || (!declared && !(await isOurs(site, EventSourceMappingArn)))) {
      unmanaged.push(`${source || `mapping ${UUID}`} was wired to ${site.functionName}:${site.alias} by others`);
      continue;
    }
    wirings.push({ kind, id: source, source, settings: foundSettings(kind, mapping), handle: UUID, sid: undefined });
  }
  return { wirings, unmanaged };

  async function isOurs({ lambda }: Site, arn: string | undefined): Promise<boolean> {
    if (arn === undefined) return false;
    const { Tags = {} } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    return !isForeign(run.target, new Map(Object.entries(Tags)), false);
  }
}

function foundSettings(kind: EventKind, found: EventSourceMappingConfiguration): Settings {
  const filters = found.FilterCriteria?.Filters ?? [];
  const common = {
    BatchSize: found.BatchSize ?? 0,
    MaximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds ?? 0,
    FilterCriteria: filters.map(({ Pattern = "{}" }) => parsed(Pattern)),
    FunctionResponseTypes: found.FunctionResponseTypes ?? [],
    Enabled: !(found.State ?? "").startsWith("Disabl"),
  };
  if (kind === "sqs") return { ...common, MaximumConcurrency: found.ScalingConfig?.MaximumConcurrency ?? null };
  return {
    ...common,
    ParallelizationFactor: found.ParallelizationFactor ?? 1,
    BisectBatchOnFunctionError: found.BisectBatchOnFunctionError ?? false,
    MaximumRetryAttempts: found.MaximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds ?? -1,
    OnFailure: found.DestinationConfig?.OnFailure?.Destination || null,
  };
}

/** What somebody else wrote may be no JSON. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

type Members = Omit<UpdateEventSourceMappingCommandInput, "UUID">;

/** A setting as the calls take it; an empty value takes one away. */
function member(name: string, value: Json): Members {
  switch (name) {
    case "FilterCriteria": {
      const patterns = (value as readonly Json[]).map((pattern) => ({ Pattern: JSON.stringify(pattern) }));
      return { FilterCriteria: patterns.length > 0 ? { Filters: patterns } : {} };
    }
    case "MaximumConcurrency":
      return { ScalingConfig: value === null ? {} : { MaximumConcurrency: Number(value) } };
    case "OnFailure":
      return { DestinationConfig: { OnFailure: { Destination: String(value ?? "") } } };
    default:
      return { [name]: value };
  }
}

/** Of a new mapping's settings, what isn't set needn't be said. */
function newMembers({ settings }: Wiring): Members {
  const set = Object.entries(settings).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.assign({}, ...set.map(([name, value]) => member(name, value))) as Members;
}

/** A mapping that is being made, changed or deleted takes no change; for a stream that lasts minutes. */
function afterTransition(signal: AbortSignal, work: () => Promise<unknown>): Promise<unknown> {
  const inTransition = (name: string): boolean =>
    name === "ResourceInUseException" || name === "ResourceConflictException";
  return whileBusy(inTransition, signal, work, 5);
}

export async function writeMapping(site: Site, { wanted, found, change }: WiringStep): Promise<void> {
  const { lambda, run, aliasArn } = site;
  const { signal } = run.context;
  if (wanted === undefined) {
    await afterTransition(signal, async () => {
      try {
        await lambda.send(new DeleteEventSourceMappingCommand({ UUID: found?.handle }));
      } catch (error) {
        if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
      }
    });
    return;
  }
  if (found !== undefined) {
    const changed = Object.assign({}, ...change.settings.map(({ name, after }) => member(name, after))) as Members;
    await afterTransition(signal, () =>
      lambda.send(new UpdateEventSourceMappingCommand({ ...changed, UUID: found.handle })),
    );
    return;
  }
  // Once: the next run finds what a call has made whose answer was lost.
  const client = run.access.client(LambdaClient, run.place, 1);
  await afterTransition(signal, () =>
    client.send(
      new CreateEventSourceMappingCommand({
        ...newMembers(wanted),
        FunctionName: aliasArn,
        EventSourceArn: wanted.source,
        ...(wanted.kind === "sqs" ? {} : { StartingPosition: wanted.position ?? "LATEST" }),
        Tags: Object.fromEntries(ownerTags(run.target)),
      }),
    ),
  );
}
