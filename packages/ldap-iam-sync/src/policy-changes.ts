/** The managed policies' part of the difference: pure; the decision table stands in diff.ts. */

import { compare, type Actual } from "@bulkhead/plan";
import { groupOfPolicy } from "./access-policies.ts";
import { documentFields, policyFields, policyNames, type PolicyFields } from "./fields.ts";
import { isFor, type SettledGroups } from "./group-names.ts";
import { caseless } from "./iam-rules.ts";
import { idOf, kinds, type FoundIam, type Part, type WantedPolicy, type WantedUsers } from "./model.ts";

export function policyChanges(wanted: WantedUsers, iam: FoundIam, { usable, leavesAlone }: SettledGroups): Part {
  const { account, path } = wanted;
  const groups = [...usable.values()];
  const desired = new Map<string, PolicyFields>();
  const impossible = new Map<string, string>();
  const want = ({ name, document }: WantedPolicy, fault: string | null): void => {
    desired.set(name, { name, path, document: documentFields(document) });
    if (fault !== null) impossible.set(idOf(account, kinds.policy, name), fault);
  };
  for (const policy of wanted.policies) want(policy, null);
  for (const { frozen, policies, tooMuch } of groups) {
    if (!frozen) for (const policy of policies) want(policy, tooMuch);
  }

  const foreign = new Map(iam.policies.filter((it) => it.path !== path).map((it) => [caseless(it.name), it]));
  for (const name of desired.keys()) {
    const found = foreign.get(caseless(name));
    const reason = `IAM has a policy ${found?.name} in ${found?.path} that isn't Bulkhead's: rename it`;
    if (found) impossible.set(idOf(account, kinds.policy, name), reason);
  }

  const here = iam.policies.filter((it) => it.path === path);
  const staying = (name: string): boolean => {
    const group = groupOfPolicy(name);
    if (group === undefined || leavesAlone(group)) return true;
    return groups.some((it) => (it.frozen || it.tooMuch !== null) && isFor(name, it.name));
  };
  const ownership = `path ${path} and name`;
  const actual = new Map<string, Actual>(
    here.flatMap((policy): [string, Actual][] => {
      const { name } = policy;
      if (desired.has(name)) return [[name, { fields: policyFields(policy), ownership }]];
      return staying(name) ? [] : [[name, { fields: { name, path }, ownership }]];
    }),
  );
  const compared = compare({
    kind: kinds.policy,
    account,
    region: "global",
    desired,
    actual,
    extra: "delete",
    sentence: (action, name) => `${action} policy ${name}`,
    // A policy goes once no group has it any more.
    dependsOn: (name, after) =>
      after === null
        ? iam.groups
            .filter((group) => policyNames(group.policies, path).includes(name))
            .map((group) => idOf(account, kinds.group, group.name))
        : [],
  });
  const creates = compared.changes.filter((change) => change.action === "create" && !impossible.has(change.id));
  for (const change of creates.slice(Math.max(0, iam.quotas.policies - iam.policies.length))) {
    const reason = `IAM takes ${iam.quotas.policies} policies an account, and ${iam.policies.length} are there`;
    impossible.set(change.id, reason);
  }
  return {
    changes: compared.changes,
    impossible,
    unmanaged: here
      .filter(({ name }) => !desired.has(name) && groupOfPolicy(name) === undefined)
      .map(({ name }) => ({
        kind: kinds.policy,
        id: idOf(account, kinds.policy, name),
        sentence: `policy ${name} in ${path}`,
      })),
  };
}
