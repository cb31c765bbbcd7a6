/** Writes an alias's version and weights, and never over somebody else's change. */

import { awsErrorName, isUnanswered } from "@bulkhead/credentials";
import {
  GetAliasCommand,
  UpdateAliasCommand,
  type AliasConfiguration,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { aliasMoved } from "./errors.ts";
import type { FoundAlias, Shift } from "./model.ts";

/** What GetAlias says. */
export function foundAlias({ FunctionVersion, RoutingConfig, RevisionId }: AliasConfiguration): FoundAlias {
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {}).filter(([, weight]) => weight > 0);
  return { version: FunctionVersion ?? "", weights: new Map(weights), revisionId: RevisionId ?? "" };
}

/**
 * @param weights of other versions; none gives all traffic to the version
 * @returns the alias's new revision id
 * @throws Lambda.AliasMoved
 */
export async function writeAlias(
  client: LambdaClient,
  { functionName, alias, revisionId }: Pick<Shift, "functionName" | "alias" | "revisionId">,
  version: string,
  weights: Readonly<Record<string, number>> = {},
): Promise<string> {
  try {
    const written = await client.send(
      new UpdateAliasCommand({
        FunctionName: functionName,
        Name: alias,
        FunctionVersion: version,
        RoutingConfig: { AdditionalVersionWeights: weights },
        RevisionId: revisionId,
      }),
    );
    return written.RevisionId ?? "";
  } catch (error) {
    const unanswered = isUnanswered(error);
    if (!unanswered && awsErrorName(error) !== "PreconditionFailedException") throw error;
    // It may have been our own call, whose answer was lost.
    const found = foundAlias(await client.send(new GetAliasCommand({ FunctionName: functionName, Name: alias })));
    if (isAs(found, version, weights)) return found.revisionId;
    throw unanswered ? error : aliasMoved({ functionName, alias });
  }
}

function isAs(found: FoundAlias, version: string, weights: Readonly<Record<string, number>>): boolean {
  const wanted = Object.entries(weights);
  return (
    found.version === version &&
    found.weights.size === wanted.length &&
    wanted.every(([other, weight]) => found.weights.get(other) === weight)
  );
}
