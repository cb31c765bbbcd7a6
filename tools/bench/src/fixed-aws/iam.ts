/** IAM's users, groups and managed policies of one account: what a first sync writes is what the next one reads. */

import { Refusal, type AwsRequest, type Fields } from "@bulkhead/sandbox/wire";
import { found, query, type Services } from "./answers.ts";
import { managementAccountId } from "./estate.ts";
import { attachedXml, complete, created, cut, listXml, nameOf, tagsOf, tagsXml } from "./iam-xml.ts";

interface User {
  name: string;
  path: string;
  readonly tags: Map<string, string>;
  readonly groups: Set<string>;
  readonly policies: Set<string>;
}

interface Group {
  readonly name: string;
  readonly path: string;
  readonly policies: Set<string>;
}

interface Policy {
  readonly arn: string;
  readonly path: string;
  /** URL-encoded, as IAM gives it. */
  readonly document: string;
}

type Operation = (input: Fields) => string;

/** Answers by `iam:Operation`. */
export function iamOperations(): Services {
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  const policies = new Map<string, Policy>();

  const user = (input: Fields): User => found(users, input["UserName"]);
  const group = (input: Fields): Group => found(groups, input["GroupName"]);
  const policy = (input: Fields): Policy => found(policies, input["PolicyArn"]);
  const operations: Readonly<Record<string, Operation>> = {
    GetAccountSummary: () => {
      const quotas = { UsersQuota: 50_000, GroupsQuota: 300, PoliciesQuota: 1_500, GroupsPerUserQuota: 10 };
      const entries = Object.entries({ ...quotas, AttachedPoliciesPerGroupQuota: 10 });
      const xml = entries.map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`);
      return `<SummaryMap>${xml.join("")}</SummaryMap>`;
    },
    GetAccountAuthorizationDetails: (input) => {
      const all = [
        ...[...users.values()].map((it) => ["UserDetailList", () => userDetail(it)] as const),
        ...[...groups.values()].map((it) => ["GroupDetailList", () => groupDetail(it)] as const),
        ...[...policies.values()].map((it) => ["Policies", () => policyDetail(it)] as const),
      ];
      const { page, rest } = cut(all, input);
      const lists = ["UserDetailList", "GroupDetailList", "Policies"].map((list) => {
        const items = page.flatMap(([name, xml]) => (name === list ? [xml()] : []));
        return listXml(list, items);
      });
      return lists.join("") + rest;
    },
    ListUsers: (input) => {
      const { page, rest } = cut([...users.values()], input);
      return listXml("Users", page.map(userXml)) + rest;
    },
    GetUser: (input) => `<User>${userXml(user(input))}${tagsXml(user(input).tags)}</User>`,
    ListUserTags: (input) => tagsXml(user(input).tags) + complete,
    ListGroupsForUser: (input) =>
      listXml(
        "Groups",
        [...user(input).groups].map((name) => groupXml(found(groups, name))),
      ) + complete,
    ListAttachedUserPolicies: (input) => attachedXml("AttachedPolicies", user(input).policies) + complete,
    CreateUser: (input) => {
      const name = String(input["UserName"]);
      if (users.has(name)) throw new Refusal(409, "EntityAlreadyExists", `${name} exists`);
      const made: User = {
        name,
        path: String(input["Path"] ?? "/"),
        tags: tagsOf(input),
        groups: new Set(),
        policies: new Set(),
      };
      users.set(name, made);
      return `<User>${userXml(made)}${tagsXml(made.tags)}</User>`;
    },
    UpdateUser: (input) => {
      const changed = user(input);
      users.delete(changed.name);
      changed.name = String(input["NewUserName"] ?? changed.name);
      changed.path = String(input["NewPath"] ?? changed.path);
      users.set(changed.name, changed);
      return "";
    },
    TagUser: (input) => {
      for (const [key, value] of tagsOf(input)) user(input).tags.set(key, value);
      return "";
    },
    AttachUserPolicy: (input) => {
      user(input).policies.add(policy(input).arn);
      return "";
    },
    AddUserToGroup: (input) => {
      user(input).groups.add(group(input).name);
      return "";
    },
    RemoveUserFromGroup: (input) => {
      user(input).groups.delete(group(input).name);
      return "";
    },
    CreateGroup: (input) => {
      const made: Group = { name: String(input["GroupName"]), path: String(input["Path"] ?? "/"), policies: new Set() };
      groups.set(made.name, made);
      return `<Group>${groupXml(made)}</Group>`;
    },
    GetGroup: (input) => `<Group>${groupXml(group(input))}</Group>${listXml("Users", [])}${complete}`,
    ListAttachedGroupPolicies: (input) => attachedXml("AttachedPolicies", group(input).policies) + complete,
    AttachGroupPolicy: (input) => {
      group(input).policies.add(policy(input).arn);
      return "";
    },
    CreatePolicy: (input) => {
      const path = String(input["Path"] ?? "/");
      const arn = `arn:aws:iam::${managementAccountId}:policy${path}${String(input["PolicyName"])}`;
      policies.set(arn, { arn, path, document: encodeURIComponent(String(input["PolicyDocument"])) });
      return `<Policy>${policyXml(found(policies, arn))}</Policy>`;
    },
    GetPolicy: (input) => `<Policy>${policyXml(policy(input))}</Policy>`,
    GetPolicyVersion: (input) => `<PolicyVersion>${versionXml(policy(input))}</PolicyVersion>`,
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      `iam:${name}`,
      ({ input }: AwsRequest) => query(name, operation(input)),
    ]),
  );
}

function userXml({ name, path }: User): string {
  const arn = `arn:aws:iam::${managementAccountId}:user${path}${name}`;
  return `<Path>${path}</Path><UserName>${name}</UserName><UserId>AIDA${name}</UserId><Arn>${arn}</Arn>${created}`;
}

function userDetail(user: User): string {
  const members = [...user.groups].map((name) => `<member>${name}</member>`).join("");
  return `${userXml(user)}<GroupList>${members}</GroupList>${attachedXml("AttachedManagedPolicies", user.policies)}${tagsXml(user.tags)}`;
}

function groupXml({ name, path }: Group): string {
  const arn = `arn:aws:iam::${managementAccountId}:group${path}${name}`;
  return `<Path>${path}</Path><GroupName>${name}</GroupName><GroupId>AGPA${name}</GroupId><Arn>${arn}</Arn>${created}`;
}

function groupDetail(group: Group): string {
  return groupXml(group) + attachedXml("AttachedManagedPolicies", group.policies);
}

function policyXml({ arn, path }: Policy): string {
  return `<PolicyName>${nameOf(arn)}</PolicyName><PolicyId>ANPABENCH</PolicyId><Arn>${arn}</Arn><Path>${path}</Path><DefaultVersionId>v1</DefaultVersionId>`;
}

function versionXml({ document }: Policy): string {
  return `<Document>${document}</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>`;
}

function policyDetail(policy: Policy): string {
  return `${policyXml(policy)}${listXml("PolicyVersionList", [versionXml(policy)])}`;
}
