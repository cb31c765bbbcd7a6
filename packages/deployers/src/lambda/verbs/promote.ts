/** `promote`: deploys the very bytes that another environment runs, with the configuration of this one. */

import { asBulkheadError, throwAny, type Result } from "@bulkhead/core";
import { SSMClient } from "@aws-sdk/client-ssm";
import { missingFlags } from "../../errors.ts";
import { checkSources } from "../../receipts/gate.ts";
import { foldLines } from "../../receipts/history.ts";
import { functionUnit } from "../../receipts/model.ts";
import { parameterOf, pathOf, readLines, readReceipts } from "../../receipts/store.ts";
import type { DeployRun } from "../../run.ts";
import { withAccessTo } from "../../sibling-access.ts";
import { bundleOfZip } from "../bundle/bundle.ts";
import { promotedToItself } from "../errors.ts";
import { fetchPromoted, findPromotion, type Promotion } from "../promotion.ts";
import { deployFunctions } from "./deploy.ts";
import { checkWithLayersOf, openFunctions } from "./open.ts";

export interface PromoteFlags {
  readonly adopt: boolean;
  readonly yes: boolean;
  /** The environment whose code is taken. */
  readonly from: string | undefined;
}

/** All functions are proven before the first is deployed. */
export async function runPromote(run: DeployRun, { from, adopt, yes }: PromoteFlags): Promise<Result> {
  if (from === undefined) throw missingFlags(["--from"]);
  const there = run.sibling(from);
  if (from === run.target.environment) throw promotedToItself(from);
  const opened = openFunctions(run);
  const keys = opened.functions.map(({ key }) => key);
  const sources = there.functions.filter(({ key }) => keys.includes(key));
  return withAccessTo(run, there, async (access) => {
    const client = access.client(SSMClient, there);
    const { application } = there;
    const receipts = await readReceipts(client, pathOf(application, from, "lambda"));
    const found = await Promise.allSettled(
      sources.map(async (declaration) => {
        const unit = functionUnit(declaration);
        const last = receipts.find((it) => it.unit === unit);
        const parameter = parameterOf({ application, environment: from, kind: "lambda", unit });
        const history = async () => foldLines(await readLines(client, parameter)).toReversed();
        return findPromotion(access, there, declaration, last, history);
      }),
    );
    throwAny(found.flatMap((one) => (one.status === "rejected" ? [asBulkheadError(one.reason)] : [])));
    const promotions = found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    // What comes from the environment before this one ran there.
    if (run.target.after !== from) await checkSources(run, "lambda", sourcesOf(promotions));
    return deployFunctions(opened, {
      ...{ adopt, yes, verb: "promote", superseded: new Map() },
      codeOf: async (declaration) => {
        const promotion = promotions.find(({ declaration: { key } }) => key === declaration.key) as Promotion;
        const code = bundleOfZip(await fetchPromoted(access, there, promotion), promotion.declaration.name);
        await checkWithLayersOf(opened, declaration, code);
        return { code, source: promotion.source };
      },
    });
  });
}

function sourcesOf(promotions: readonly Promotion[]): ReadonlyMap<string, Promotion["source"]> {
  return new Map(promotions.map(({ declaration, source }) => [functionUnit(declaration), source]));
}
