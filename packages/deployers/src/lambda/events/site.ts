/** Where wiring takes place: the run, the alias that hears of events, and the ARNs around it. */

import { LambdaClient } from "@aws-sdk/client-lambda";
import type { DeployRun } from "../../run.ts";
import type { Alias } from "./names.ts";

export interface Site extends Alias {
  readonly run: DeployRun;
  readonly lambda: LambdaClient;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
  readonly functionArn: string;
  readonly aliasArn: string;
}

export async function openSite(run: DeployRun, { functionName, alias }: Alias): Promise<Site> {
  const { partition } = await run.access.identity();
  const { account, region } = run.place;
  const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
  return {
    run,
    lambda: run.access.client(LambdaClient, run.place),
    partition,
    functionName,
    alias,
    functionArn,
    aliasArn: `${functionArn}:${alias}`,
  };
}
