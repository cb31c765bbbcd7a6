/** Plans one stack: reads it, decides, and lets CloudFormation work out what deploying would change. */

import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { artifactUrl, ensureArtifact, type Artifact } from "../artifacts/bucket.ts";
import type { DeployRun } from "../run.ts";
import { readPolicy, readSentTemplate, readStack } from "./actual.ts";
import { createChangeSet } from "./change-set.ts";
import { desiredStack, type Desired } from "./desired.ts";
import { decide, differs, settingsToChange, type Decision, type Settings } from "./diff.ts";
import { foreignStack, parameterMissing, stackStuck } from "./errors.ts";
import type { ChangeSet, FoundStack, WantedStack, StackDeclaration } from "./model.ts";
import type { Template } from "./template.ts";

/** What is to be done about a stack next. */
export type StackPlan =
  | {
      readonly action: "create" | "update";
      readonly wanted: WantedStack;
      readonly found: FoundStack | null;
      readonly changeSet: ChangeSet;
      readonly settings: Settings;
    }
  | { readonly action: "same"; readonly wanted: WantedStack; readonly found: FoundStack; readonly settings: Settings }
  /** Something comes first; then it is planned anew. */
  | {
      readonly action: "join" | "heal" | "continue" | "rollback";
      readonly wanted: WantedStack;
      readonly found: FoundStack;
    };

export interface PlanOptions {
  /** The stack as a look at all of them has just shown it; without it, it is asked for by itself. */
  readonly seen?: FoundStack | null | undefined;
  /** Whether a stack without an owner may be taken over. */
  readonly adopt: boolean;
}

/** The stack as it is wanted, with its artifacts named. */
export function desire(run: DeployRun, declaration: StackDeclaration, template: Template): Promise<Desired> {
  const { target, resolver } = run;
  const bucket = target.artifactBucket?.name;
  const urlOf = bucket === undefined ? undefined : (key: string) => artifactUrl(bucket, target.region, key);
  return desiredStack(declaration, template, target, resolver, urlOf);
}

/**
 * Three calls where there is nothing to do: the stack, its template, its policy.
 * @throws CloudFormation.ForeignStack, .StackStuck, .ParameterMissing, .NeedsCapabilities, .ChangeSetFailed, …
 */
export async function planStack(
  run: DeployRun,
  client: CloudFormationClient,
  { wanted, artifacts }: Desired,
  { adopt, seen }: PlanOptions,
): Promise<StackPlan> {
  const { name } = wanted;
  const found = seen === undefined ? await readStack(client, name) : seen;
  const mayBeSame =
    found !== null && !differs(wanted, found) && decide(wanted, found, undefined, adopt).action === "update";
  const template = mayBeSame ? await readSentTemplate(client, name) : undefined;
  const decision = decide(wanted, found, template, adopt);
  if (decision.action === "foreign" && found) throw foreignStack(found, wanted);
  if (decision.action === "stuck" && found) throw stackStuck(found);
  if (isFirst(decision) && found) return { action: decision.action, wanted, found };

  const exists = decision.action === "same" || decision.action === "update" ? found : null;
  const settings = settingsToChange(wanted, exists, exists ? await readPolicy(client, name) : undefined);
  if (exists && decision.action === "same") return { action: "same", wanted, found: exists, settings };

  const previous = previousParameters(wanted, exists);
  await run.prove();
  await upload(run, artifacts);
  const action = exists ? "update" : "create";
  const changeSet = await createChangeSet(client, wanted, action, previous);
  if (changeSet) return { action, wanted, found, changeSet, settings };
  if (exists) return { action: "same", wanted, found: exists, settings };
  throw new Error(`a stack with resources can't be an empty change set: ${name}`);
}

async function upload({ access, place, target }: DeployRun, artifacts: readonly Artifact[]): Promise<void> {
  const bucket = target.artifactBucket;
  if (!bucket) return;
  for (const artifact of new Map(artifacts.map((one) => [one.key, one])).values()) {
    await ensureArtifact(access, { ...place, bucket }, artifact);
  }
}

function isFirst(
  decision: Decision,
): decision is Extract<Decision, { status: string }> & { action: "join" | "heal" | "continue" | "rollback" } {
  return ["join", "heal", "continue", "rollback"].includes(decision.action);
}

/** The parameters that keep their values. @throws CloudFormation.ParameterMissing */
function previousParameters({ name, template, parameters, where }: WantedStack, found: FoundStack | null): string[] {
  const open = [...template.parameters].filter(([parameter]) => parameters.get(parameter)?.kind !== "value");
  const missing = open.filter(([parameter, { hasDefault }]) => !hasDefault && !found?.parameters.has(parameter));
  if (missing.length > 0)
    throw parameterMissing(
      missing.map(([parameter]) => parameter),
      name,
      where,
    );
  return open.flatMap(([parameter]) => (found?.parameters.has(parameter) ? [parameter] : []));
}
