/** A kept plan on disk: the ids of the change sets that were shown, with a digest that shows any later edit. */

import { hashJson, writeWhole, type Json, type JsonObject } from "@bulkhead/core";
import { readFileSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import type { Target } from "../target.ts";
import { notAPlan, planUnwritable } from "./errors.ts";

export interface KeptChangeSet {
  readonly key: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly id: string;
  readonly action: "create" | "update";
}

export interface KeptPlan {
  readonly application: string;
  readonly environment: string | null;
  readonly account: string;
  readonly region: string;
  readonly changeSets: readonly KeptChangeSet[];
  /** Keys of stacks that have no change set and yet something to do: they are planned when they are deployed. */
  readonly later: readonly string[];
  /** Keys of stacks that had nothing to do. */
  readonly same: readonly string[];
}

export function keptPlan(
  { application, environment, account, region }: Target,
  changeSets: readonly KeptChangeSet[],
  later: readonly string[],
  same: readonly string[],
): KeptPlan {
  return { application, environment: environment ?? null, account, region, changeSets, later, same };
}

/**
 * Whether a plan could be saved there: asked before change sets are made.
 * @throws CloudFormation.PlanUnwritable
 */
export async function checkWritable(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((cause: unknown) => {
    throw planUnwritable(file, cause);
  });
}

/**
 * Written whole or not at all, and private: a plan says what a company runs.
 * @throws CloudFormation.PlanUnwritable
 */
export async function saveKeptPlan(file: string, plan: KeptPlan): Promise<void> {
  const json = plan as unknown as JsonObject;
  const document = { kind: "cloudformation-plan", version: 1, digest: hashJson(json), plan: json };
  await writeWhole(file, `${JSON.stringify(document, null, 2)}\n`, 0o600).catch((cause: unknown) => {
    throw planUnwritable(file, cause);
  });
}

/** @throws CloudFormation.NotAPlan: unreadable, edited, or for another target */
export function loadKeptPlan(file: string, target: Target): KeptPlan {
  const document = parse(file);
  const plan = document?.["plan"];
  if (document?.["kind"] !== "cloudformation-plan" || document["version"] !== 1) {
    throw notAPlan(file, "it isn't one that `plan --out` wrote");
  }
  if (hashJson(plan as Json) !== document["digest"]) throw notAPlan(file, "it was changed after it was written");
  const kept = plan as KeptPlan;
  const here = keptPlan(target, [], [], []);
  for (const name of ["application", "environment", "account", "region"] as const) {
    if (kept[name] !== here[name]) {
      throw notAPlan(file, `it was made for ${name} ${String(kept[name])}, but ${String(here[name])} is meant`);
    }
  }
  for (const { key, stackName } of kept.changeSets) {
    const name = target.stacks.find((stack) => stack.key === key)?.name;
    if (name !== stackName)
      throw notAPlan(file, `it deploys ${stackName}, which the deploy file doesn't have as ${key}`);
  }
  return kept;
}

/** The stacks that a plan speaks of. */
export function keysOf({ changeSets, later, same }: KeptPlan): readonly string[] {
  return [...changeSets.map(({ key }) => key), ...later, ...same];
}

function parse(file: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch {
    throw notAPlan(file, "it can't be read");
  }
}
