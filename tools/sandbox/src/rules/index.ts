// All rules, in the order in which a call passes them: the first is the nearest to the client.
import type { Backend } from "../backend.ts";
import { accountName } from "./account-name.ts";
import { accountPaths } from "./account-paths.ts";
import { AccessKeys } from "./access-keys.ts";
import { assumeRole } from "./assume-role.ts";
import { createAccount } from "./create-account.ts";
import type { CreateAccountSettings } from "./create-account.ts";
import { eventSelectors } from "./event-selectors.ts";
import { deleteConflict } from "./iam-deletes.ts";
import { accountDetails } from "./iam-details.ts";
import { uniqueNames } from "./iam-names.ts";
import { serviceSpecificCredentials, updateUser } from "./iam-users.ts";
import { aliasWeights, publishPreconditions, updateCodeDryRun } from "./lambda.ts";
import { logEventIds } from "./log-events.ts";
import { createOrganizationalUnit, deleteOrganizationalUnit } from "./organizational-units.ts";
import { paging } from "./paging.ts";
import { attachPolicy, policyContent } from "./policies.ts";
import type { Rule } from "./rule.ts";
import { s3ControlHost } from "./s3-control.ts";

/** Rules with their counters at zero, and the keys that they give out. */
export interface RuleSet {
  readonly keys: AccessKeys;
  readonly rules: readonly Rule[];
}

export interface RuleSettings extends CreateAccountSettings {
  readonly accountPaths: boolean;
}

/** A fresh set of rules: what a reset needs. */
export function makeRules(backend: Backend, management: string, settings: RuleSettings): RuleSet {
  const keys = new AccessKeys(management);
  const rules = [
    keys.issuing,
    keys.identity,
    assumeRole(backend, management),
    accountName(backend, management),
    ...(settings.accountPaths ? [accountPaths(backend)] : []),
    paging,
    createAccount(backend, settings),
    createOrganizationalUnit(backend),
    deleteOrganizationalUnit(backend),
    policyContent(backend),
    attachPolicy(backend),
    s3ControlHost,
    eventSelectors,
    accountDetails,
    uniqueNames(backend),
    updateUser(backend),
    serviceSpecificCredentials,
    deleteConflict(backend),
    aliasWeights(backend),
    updateCodeDryRun(backend),
    publishPreconditions(backend),
    logEventIds,
  ];
  return { keys, rules };
}
