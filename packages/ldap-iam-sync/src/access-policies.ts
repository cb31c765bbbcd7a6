/** The managed policies through which an IAM group enters roles: explicit role ARNs, split to IAM's size. */

import { roleArn, type AccessEntry, type Role } from "@bulkhead/landing-zone";
import { policyCharacters } from "./iam-rules.ts";
import type { PolicyDocument, PolicyStatement, WantedPolicy } from "./model.ts";

export interface KnownIds {
  /** 12 digits by the account's name; undefined while nothing knows them. */
  idOf(account: string): string | undefined;
}

export interface GroupAccess {
  readonly policies: readonly WantedPolicy[];
  /** Accounts without an id, sorted; the policies are without them. */
  readonly accountsWithoutId: readonly string[];
}

const prefix = "bulkhead-access-";

export function accessPolicyName(group: string, number: number): string {
  return `${prefix}${group}-${number}`;
}

/** The group that an access policy is for, by the policy's name; undefined for other policies. */
export function groupOfPolicy(policy: string): string | undefined {
  return policy.startsWith(prefix) ? /^(.+)-\d+$/.exec(policy.slice(prefix.length))?.[1] : undefined;
}

/** @param entries those of the group, from `whoMayEnterWhat` */
export function accessPolicies(
  group: string,
  entries: readonly AccessEntry[],
  roles: readonly Role[],
  { idOf }: KnownIds,
  partition: string,
): GroupAccess {
  const everywhere = new Set(entries.flatMap((entry) => (entry.everywhere ? [entry.role] : [])));
  const single = entries.filter(({ role }) => !everywhere.has(role));
  const known = single.flatMap(({ role, account }) => {
    const id = idOf(account);
    return id === undefined ? [] : [{ role, account, id }];
  });
  const ids = new Map(known.map(({ account, id }) => [account, id]));
  const pathOf = (name: string): Pick<Role, "name" | "path"> =>
    roles.find((role) => role.name === name) ?? { name, path: "/" };
  const explicit = known.map(({ role, account }) => roleArn(ids, account, pathOf(role), partition)).sort();
  const anyAccount = new Map([["*", "*"]]);
  const wildcards = [...everywhere].map((role) => roleArn(anyAccount, "*", pathOf(role), partition)).sort();
  return {
    policies: split(explicit, wildcards).map((document, index) => ({
      name: accessPolicyName(group, index + 1),
      document,
    })),
    accountsWithoutId: [
      ...new Set(single.filter(({ account }) => !ids.has(account)).map(({ account }) => account)),
    ].sort(),
  };
}

/** Greedily, in their order: as few policies as that gives. */
function split(explicit: readonly string[], wildcards: readonly string[]): readonly PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  let taken: { explicit: readonly string[]; wildcards: readonly string[] } = { explicit: [], wildcards: [] };
  const arns = [
    ...wildcards.map((arn) => ({ explicit: [], wildcards: [arn] })),
    ...explicit.map((arn) => ({ explicit: [arn], wildcards: [] })),
  ];
  for (const arn of arns) {
    const more = {
      explicit: [...taken.explicit, ...arn.explicit],
      wildcards: [...taken.wildcards, ...arn.wildcards],
    };
    if (size(documentOf(more)) <= policyCharacters) taken = more;
    else {
      documents.push(documentOf(taken));
      taken = arn;
    }
  }
  return arns.length === 0 ? [] : [...documents, documentOf(taken)];
}

function documentOf({
  explicit,
  wildcards,
}: {
  readonly explicit: readonly string[];
  readonly wildcards: readonly string[];
}): PolicyDocument {
  // The name of who acts goes along into CloudTrail, so that a role's deeds are somebody's.
  const enter = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] } as const;
  const statements: PolicyStatement[] = [];
  if (wildcards.length > 0) {
    statements.push({
      Sid: "EveryAccount",
      ...enter,
      Resource: wildcards,
      Condition: { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
    });
  }
  if (explicit.length > 0) statements.push({ Sid: "TheseAccounts", ...enter, Resource: explicit });
  return { Version: "2012-10-17", Statement: statements };
}

/** IAM doesn't count white space; JSON without any has it in strings only, and ARNs have none. */
function size(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}
