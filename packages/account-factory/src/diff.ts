/**
 * The organization as the file wants it against the one that was found: pure.
 *
 *   object                    | missing | differs                         | not in the file
 *   --------------------------+---------+---------------------------------+------------------------------
 *   organization              | create  | enable policies; features: held | -
 *   organizational unit       | create  | -                               | unmanaged
 *   account                   | create  | rename, move, tag; email: held  | unmanaged
 *   account, not active       | -       | warning, left alone             | unmanaged
 *   service control policy    | create  | update its content              | unmanaged, with attachments
 *   attachment, both in file  | attach  | -                               | detach
 *   attachment, over the quota| held    | -                               | -
 */

import type { BulkheadError, JsonObject } from "@bulkhead/core";
import { splitUnit } from "@bulkhead/landing-zone";
import { compare, fieldChanges, type Action, type Actual, type Change, type Compared } from "@bulkhead/plan";
import { isActive, matchAccounts } from "./match.ts";
import {
  attachmentName,
  home,
  idOf,
  kinds,
  organizationName,
  rootPath,
  type FoundAccount,
  type FoundOrganization,
  type WantedAccount,
  type WantedOrganization,
} from "./model.ts";

export interface Difference extends Compared {
  /** Reasons by the ids of changes that AWS has no way for. */
  readonly impossible: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** What makes the file and the organization contradict each other; with any, nothing is to be applied. */
  readonly problems: readonly BulkheadError[];
  /** Names of the accounts that are suspended or closed, and left alone. */
  readonly inactive: readonly string[];
  /** Ids of the accounts that the file speaks of, by name. */
  readonly accountIds: ReadonlyMap<string, string>;
}

type Part = Compared & { readonly impossible?: ReadonlyMap<string, string> };

export function diffOrganization(wanted: WantedOrganization, found: FoundOrganization): Difference {
  const { matches, unmatched, problems } = matchAccounts(wanted, found.accounts);
  const inactive = wanted.accounts.filter(({ name }) => {
    const match = matches.get(name);
    return match !== undefined && !isActive(match);
  });
  const active = wanted.accounts.filter((account) => !inactive.includes(account));
  const foreign = unmatched.filter(({ id }) => id !== wanted.managementAccountId);
  const parts: readonly Part[] = [
    diffFrame(wanted, found),
    diffUnits(wanted, found),
    diffAccounts(active, matches, foreign),
    diffEmails(active, matches),
    diffPolicies(wanted, found),
    diffAttachments(wanted, found),
  ];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    impossible: new Map(parts.flatMap(({ impossible }) => [...(impossible ?? [])])),
    unmanaged: parts.flatMap(({ unmanaged }) => unmanaged),
    warnings: inactive.map(({ name }) => {
      const match = matches.get(name);
      return `account ${name} (${match?.id}) is ${match?.state} in AWS and left alone; take it out of the file, or have AWS Support reopen it`;
    }),
    problems,
    inactive: inactive.map(({ name }) => name),
    accountIds: new Map([...matches].map(([name, { id }]) => [name, id])),
  };
}

const frameId = idOf(kinds.organization, organizationName);

function diffFrame(wanted: WantedOrganization, found: FoundOrganization): Part {
  const policies = wanted.policies.size > 0 ? { serviceControlPolicies: "ENABLED" } : {};
  const actual: JsonObject = {
    featureSet: found.featureSet,
    serviceControlPolicies: found.policyTypeEnabled ? "ENABLED" : "DISABLED",
  };
  const compared = compare({
    ...home,
    kind: kinds.organization,
    desired: new Map([[organizationName, { featureSet: "ALL", ...policies }]]),
    actual: new Map(found.featureSet === null ? [] : [[organizationName, { fields: actual, ownership: null }]]),
    extra: "unmanaged",
    sentence: (action, _, before) => {
      if (action === "create") return "create the organization with all features";
      return before?.["featureSet"] === "ALL"
        ? "enable service control policies"
        : "enable all features of the organization";
    },
  });
  const billingOnly = found.featureSet !== null && found.featureSet !== "ALL";
  const reason = "every account has to agree to it: enable all features in the AWS console first";
  return { ...compared, impossible: new Map(billingOnly ? [[frameId, reason]] : []) };
}

function diffUnits(wanted: WantedOrganization, found: FoundOrganization): Compared {
  return compare({
    ...home,
    kind: kinds.organizationalUnit,
    desired: new Map(wanted.organizationalUnits.map((path) => [path, { path }])),
    actual: new Map([...found.organizationalUnits.keys()].map((path) => [path, { fields: { path }, ownership: null }])),
    extra: "unmanaged",
    sentence: (action, path) => `${action === "create" ? "create " : ""}organizational unit ${path}`,
    dependsOn: (path) => {
      const { parent } = splitUnit(path);
      return [parent === rootPath ? frameId : idOf(kinds.organizationalUnit, parent)];
    },
  });
}

function diffAccounts(
  wanted: readonly WantedAccount[],
  matches: ReadonlyMap<string, FoundAccount>,
  foreign: readonly FoundAccount[],
): Part {
  const matched = wanted.flatMap(({ name }) => {
    const match = matches.get(name);
    return match ? [[name, match] as const] : [];
  });
  const found = [...matched, ...foreign.map((account) => [account.id, account] as const)];
  return compare({
    ...home,
    kind: kinds.account,
    desired: new Map(wanted.map((account) => [account.name, wantedFields(account, matches.get(account.name))])),
    actual: new Map(
      found.map(([name, account]): [string, Actual] => [name, { fields: foundFields(account), ownership: null }]),
    ),
    extra: "unmanaged",
    sentence: accountSentence,
    dependsOn: (_, after) => {
      const unit = String(after?.["organizationalUnit"]);
      return unit === rootPath ? [frameId] : [frameId, idOf(kinds.organizationalUnit, unit)];
    },
  });
}

function foundFields({ id, name, email, organizationalUnit, tags }: FoundAccount): JsonObject {
  return { id, name, email, organizationalUnit, tags };
}

/** Of an account that exists, the email is a matter of its own (`diffEmails`). */
function wantedFields(account: WantedAccount, match: FoundAccount | undefined): JsonObject {
  return {
    ...(match ? { id: match.id } : { email: account.email }),
    name: account.accountName,
    organizationalUnit: account.organizationalUnit,
    tags: account.tags,
  };
}

function accountSentence(
  action: Action | "unmanaged",
  name: string,
  before: JsonObject | null,
  after: JsonObject | null,
): string {
  if (action === "create") return `create account ${name} (${after?.["email"]}) in ${after?.["organizationalUnit"]}`;
  if (action === "unmanaged") return `account ${before?.["name"]} (${name}) in ${before?.["organizationalUnit"]}`;
  const changed = new Set(fieldChanges(before, after).map(({ path }) => path.split(".", 1)[0]));
  const steps = [
    changed.has("name") && `rename account ${before?.["name"]} to ${after?.["name"]}`,
    changed.has("organizationalUnit") &&
      `move account ${name} from ${before?.["organizationalUnit"]} to ${after?.["organizationalUnit"]}`,
    changed.has("tags") && `tag account ${name}`,
  ];
  return steps.filter((step) => step !== false).join(", ");
}

function diffEmails(wanted: readonly WantedAccount[], matches: ReadonlyMap<string, FoundAccount>): Part {
  const differing = wanted.flatMap(({ name, email, hasOwnEmail }) => {
    const found = matches.get(name)?.email ?? email;
    // An address from the organization's template is for new accounts; one that stands with the account is a wish.
    return !hasOwnEmail || found.toLowerCase() === email.toLowerCase() ? [] : [{ name, email, found }];
  });
  const compared = compare({
    ...home,
    kind: kinds.accountEmail,
    desired: new Map(differing.map(({ name, email }) => [name, { email }])),
    actual: new Map(differing.map(({ name, found }) => [name, { fields: { email: found }, ownership: null }])),
    extra: "unmanaged",
    sentence: (_, name, before, after) =>
      `change the email of account ${name} from ${before?.["email"]} to ${after?.["email"]}`,
  });
  const reason =
    "AWS changes it only with a code that it sends there: change it in the AWS console, or take it out of the file";
  return { ...compared, impossible: new Map(compared.changes.map(({ id }) => [id, reason])) };
}

function diffPolicies(wanted: WantedOrganization, found: FoundOrganization): Compared {
  return compare({
    ...home,
    kind: kinds.policy,
    desired: new Map([...wanted.policies].map(([name, content]) => [name, { content }])),
    actual: new Map(
      found.policies.map(({ name, content, targets }) => [name, { fields: { content, targets }, ownership: null }]),
    ),
    extra: "unmanaged",
    sentence: (action, name, before) => {
      if (action !== "unmanaged") return `${action} service control policy ${name}`;
      const targets = before?.["targets"] as readonly string[];
      return `service control policy ${name}${targets.length > 0 ? ` on ${targets.join(", ")}` : ""}`;
    },
    dependsOn: () => [frameId],
  });
}

function diffAttachments(wanted: WantedOrganization, found: FoundOrganization): Part {
  const units = new Set([...wanted.organizationalUnits, rootPath]);
  const desired = new Map(
    wanted.attachments.map(({ policy, target }) => [attachmentName(policy, target), { policy, target }]),
  );
  const attached = found.policies.flatMap(({ name, targets }) => targets.map((target) => ({ policy: name, target })));
  const isOurs = ({ policy, target }: { policy: string; target: string }): boolean =>
    wanted.policies.has(policy) && units.has(target);
  const compared = compare({
    ...home,
    kind: kinds.attachment,
    desired,
    actual: new Map(
      attached
        .filter(isOurs)
        .map((fields) => [
          attachmentName(fields.policy, fields.target),
          { fields, ownership: "the file has both the policy and the unit" },
        ]),
    ),
    extra: "delete",
    sentence: (action, _, before, after) => {
      const { policy, target } = (after ?? before) as { policy: string; target: string };
      return action === "delete" ? `detach ${policy} from ${target}` : `attach ${policy} to ${target}`;
    },
    dependsOn: (_, after) =>
      after === null
        ? []
        : [
            idOf(kinds.policy, String(after["policy"])),
            ...(after["target"] === rootPath ? [frameId] : [idOf(kinds.organizationalUnit, String(after["target"]))]),
          ],
  });

  const foreign = Map.groupBy(
    attached.filter((attachment) => !isOurs(attachment)),
    ({ target }) => target,
  );
  // AWS's own FullAWSAccess takes one place on every target.
  const total = (target: string): number =>
    wanted.attachments.filter((attachment) => attachment.target === target).length +
    (foreign.get(target)?.length ?? 0) +
    1;
  const detaches = Map.groupBy(
    compared.changes.filter(({ action }) => action === "delete"),
    ({ before }) => String(before?.["target"]),
  );
  const attachedNow = (target: string): number =>
    attached.filter((attachment) => attachment.target === target).length + 1;
  /** Attached first and detached then, so that no target is ever without; but for one that is full. */
  const afterDetaches = (change: Change): Change => {
    const target = String(change.after?.["target"]);
    if (change.action !== "create" || attachedNow(target) < wanted.policiesPerTarget) return change;
    return { ...change, dependsOn: [...change.dependsOn, ...(detaches.get(target) ?? []).map(({ id }) => id)] };
  };
  const reason = (number: number): string =>
    `${number} policies would be on it, with those that the file doesn't have; AWS takes ${wanted.policiesPerTarget}`;
  return {
    ...compared,
    changes: compared.changes.map(afterDetaches),
    impossible: new Map(
      compared.changes
        .filter(({ action }) => action === "create")
        .map(({ id, after }) => [id, total(String(after?.["target"]))] as const)
        .filter(([, number]) => number > wanted.policiesPerTarget)
        .map(([id, number]) => [id, reason(number)]),
    ),
  };
}
