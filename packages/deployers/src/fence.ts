/**
 * The fence: before the first write, what was declared and what was found must agree.
 *
 *   declared     | found                                            | when they differ
 *   -------------+--------------------------------------------------+------------------------------------
 *   account      | whom the credentials belong to, by AWS's word    | refused
 *   environment  | what the lock file or the account's mark says    | refused
 *   account      | --account                                        | refused
 *   region       | --region                                         | refused
 *   not protected| the lock file or the mark says that it is        | counts as protected
 *   application, | the tags of each stack and function that exists  | refused (where it is planned)
 *   environment  |                                                  |
 *
 * The decision is pure; `gatherFacts` asks.
 */

import { BulkheadError } from "@bulkhead/core";
import type { Access } from "@bulkhead/credentials";
import type { Environment } from "@bulkhead/env-detect";
import { outsideFence } from "./errors.ts";
import type { Target } from "./target.ts";

/** What was found. Undefined: nobody could say. */
export interface Facts {
  readonly account: string;
  readonly accountName: string | undefined;
  readonly environment: { readonly name: string; readonly source: string } | undefined;
  readonly protected: boolean;
}

export interface Flags {
  /** 12 digits, also where a name was given. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

type Declaration = Pick<Target, "account" | "region" | "environment" | "protected">;

/**
 * What speaks against the run before anything is asked of AWS: flags and file that contradict each other.
 * @throws Deploy.OutsideFence
 */
export function checkFlags({ account, region }: Declaration, flags: Flags): void {
  const reasons = [
    ...(flags.account !== undefined && flags.account !== account
      ? [`The file says account ${account}, but --account says ${flags.account}`]
      : []),
    ...(flags.region !== undefined && flags.region !== region
      ? [`The file says region ${region}, but --region says ${flags.region}`]
      : []),
  ];
  if (reasons.length > 0) throw outsideFence(reasons, "Leave the flag out, or name the environment that is meant.");
}

/**
 * The decision.
 * @returns whether this is a protected environment
 * @throws Deploy.OutsideFence, naming both sides
 */
export function checkFence(declared: Declaration, found: Facts): { readonly protected: boolean } {
  const name = found.accountName === undefined ? "" : ` (${found.accountName})`;
  const { environment } = found;
  const reasons = [
    ...(found.account === declared.account
      ? []
      : [`Account ${declared.account} is to be deployed, but the credentials belong to ${found.account}${name}`]),
    ...(declared.environment !== undefined && environment !== undefined && environment.name !== declared.environment
      ? [
          `${declared.environment} is to be deployed, but account ${found.account}${name} is ${environment.name}, by ${environment.source}`,
        ]
      : []),
  ];
  if (reasons.length > 0)
    throw outsideFence(reasons, "Use the right credentials, or name the environment that is meant.");
  return { protected: declared.protected || found.protected };
}

/**
 * Asks AWS and the lock file where we are. AWS's word for the account is had once a run.
 * @param lockFile the landing zone's, where there is one
 * @throws Credentials.*, and env-detect's errors
 */
export async function gatherFacts(
  access: Access,
  { account, region }: Declaration,
  { env, lockFile }: { readonly env: NodeJS.ProcessEnv; readonly lockFile: string | undefined },
): Promise<Facts> {
  const [{ detectEnvironment }, { CloudFormationClient }] = await Promise.all([
    import("@bulkhead/env-detect"),
    import("@aws-sdk/client-cloudformation"),
  ]);
  const client = access.client(CloudFormationClient, { account, region });
  const detected = await explained(() =>
    detectEnvironment({
      env: { ...env, AWS_REGION: region },
      credentials: client.config.credentials,
      crossAccount: true,
      prove: true,
      ...(lockFile === undefined ? {} : { lockFile }),
    }),
  );
  // Without AWS's word there is no proof; access asks with all its patience, and says why it can't be had.
  if (detected.account.trust !== "proof") await access.proveAccount(account);
  const environment = detected.environment.value;
  const said = detected.environment.evidence.find(({ value }) => value === environment);
  return {
    account: detected.account.trust === "proof" ? (detected.account.value ?? account) : account,
    accountName: detected.accountName.value,
    environment: environment === undefined ? undefined : { name: environment, source: said?.source ?? "env-detect" },
    protected: detected.protected.value ?? false,
  };
}

/** env-detect's errors as Bulkhead's. */
async function explained(work: () => Promise<Environment>): Promise<Environment> {
  try {
    return await work();
  } catch (error) {
    const { EnvironmentError } = await import("@bulkhead/env-detect");
    if (!(error instanceof EnvironmentError)) throw error;
    const { code, fault, message, next, cause } = error;
    throw new BulkheadError({ code, fault, message, next, cause });
  }
}
