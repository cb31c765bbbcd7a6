/** IAM alone, without a landing zone: the handlers against a sandbox, and somebody's hands in the AWS console. */

import { IAMClient } from "@aws-sdk/client-iam";
import { silent, type Report } from "@bulkhead/core";
import { createAccess, noDiskCache } from "@bulkhead/credentials";
import { applyChanges, type Change, type Outcome } from "@bulkhead/plan";
import { MANAGEMENT_ACCOUNT, type Sandbox } from "@bulkhead/sandbox";
import { readIam } from "../actual.ts";
import { iamHandlers } from "../apply.ts";
import { createIamApi } from "../iam-api.ts";
import type { FoundIam } from "../model.ts";

export const path = "/people/";
export const policyArn = (name: string): string => `arn:aws:iam::${MANAGEMENT_ACCOUNT}:policy${path}${name}`;

export interface Iam {
  /** Somebody's hands in the AWS console. */
  readonly byHand: IAMClient;
  read(report?: Report): Promise<FoundIam>;
  apply(...changes: readonly Change[]): Promise<readonly Outcome[]>;
  close(): void;
}

export function openIam(sandbox: Sandbox): Iam {
  // The SDK reads the process's own environment.
  Object.assign(process.env, sandbox.env);
  const region = "eu-central-1";
  const access = createAccess({ region, accessRole: "none", disk: noDiskCache, report: silent });
  const lost = new AbortController().signal;
  const api = createIamApi({ access, account: MANAGEMENT_ACCOUNT, region, report: silent, lost });
  const handlers = iamHandlers({ api, path, policyArn });
  return {
    byHand: new IAMClient({ region }),
    read: (report = silent) => readIam(api, report),
    apply: (...changes) => applyChanges(changes, { handlers, concurrency: 4, report: silent, signal: lost }),
    close: () => access.close(),
  };
}
