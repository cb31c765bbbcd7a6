/** The service control policies: read, measured against AWS's quota, and kept from locking Bulkhead out. */

import type { BulkheadError } from "@bulkhead/core";
import { problem } from "./errors.ts";
import type { Files } from "./files.ts";
import { compareText, isWithin, type Account, type ServiceControlPolicy } from "./model.ts";
import { readPolicy } from "./policy.ts";
import type { LandingZoneFile } from "./schema.ts";
import { selfLockOuts } from "./self-lock-out.ts";
import type { Estate } from "./selectors.ts";
import type { Places } from "./yaml-source.ts";

/** The policies, sorted by name, with the `targets` that `deriveAttachments` found. */
export function deriveServiceControlPolicies(
  file: LandingZoneFile,
  targets: ReadonlyMap<string, readonly string[]>,
  estate: Estate,
  files: Files,
  places: Places,
  problems: BulkheadError[],
): readonly ServiceControlPolicy[] {
  const policies = Object.entries(file.serviceControlPolicies).flatMap(([name, path]): ServiceControlPolicy[] => {
    const named = ["serviceControlPolicies", name];
    const policy = readPolicy(files, path, named, places, problems);
    if (policy === undefined) return [];

    const quota = file.organization.quotas.serviceControlPolicyCharacters;
    if (policy.content.length > quota) {
      const message = `Policy ${name} has ${String(policy.content.length)} characters without white space; AWS takes ${String(quota)}`;
      problems.push(
        problem("LandingZone.PolicyTooLong", places.at(named), message, {
          next: "Split it, or set organization.quotas.serviceControlPolicyCharacters if your quota is higher.",
        }),
      );
    }
    const attachedTo = targets.get(name) ?? [];
    const bound = estate.accounts.filter((account) => isBoundBy(account, attachedTo));
    for (const { statement, account, others, action, region } of selfLockOuts(policy.statements, bound, file, estate)) {
      const id = policy.statements[statement]?.Sid;
      const accounts = others === 0 ? `account ${account}` : `account ${account} and ${String(others)} more`;
      const message = `Policy ${name}, statement ${id === undefined ? String(statement + 1) : `"${id}"`}, would deny ${action} in ${region} to Bulkhead's own role in ${accounts}`;
      const role = `arn:aws:iam::*:role/${file.organization.accessRole}`;
      problems.push(
        problem("LandingZone.SelfLockOut", policy.places.at(policy.statementPath(statement)), message, {
          next: `Exempt the role: "Condition": { "ArnNotLike": { "aws:PrincipalArn": "${role}" } }`,
        }),
      );
    }
    return [{ name, content: policy.content, targets: attachedTo, where: places.atKey(named) }];
  });
  return policies.sort((a, b) => compareText(a.name, b.name));
}

function isBoundBy(account: Account, targets: readonly string[]): boolean {
  return targets.some((target) => isWithin(account.organizationalUnit, target));
}
