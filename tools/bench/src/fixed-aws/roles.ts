/** IAM's roles, account by account: what an apply makes is what the next plan reads. */

import type { AwsRequest } from "@bulkhead/sandbox/wire";
import { accountOf, entry, found, query, type Services } from "./answers.ts";
import { attachedXml, complete, created, cut, listXml, tagsOf, tagsXml } from "./iam-xml.ts";

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly trust: string;
  readonly maxSession: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly attached: Set<string>;
  /** Documents by name. */
  readonly inline: Map<string, string>;
}

/** What every account of an organization is entered by. */
const accessRole = "OrganizationAccountAccessRole";

export function roleServices(): Services {
  const accounts = new Map<string, Map<string, Role>>();
  const rolesOf = (request: AwsRequest): Map<string, Role> =>
    entry(
      accounts,
      accountOf(request),
      () => new Map([[accessRole, newRole(request, { RoleName: accessRole, AssumeRolePolicyDocument: "{}" })]]),
    );
  const roleOf = (request: AwsRequest): Role => found(rolesOf(request), request.input["RoleName"]);

  return answers({
    GetAccountAuthorizationDetails: (request) => {
      const { page, rest } = cut([...rolesOf(request).values()], request.input);
      return listXml("RoleDetailList", page.map(detailXml)) + rest;
    },
    ListRoles: (request) => {
      const { page, rest } = cut([...rolesOf(request).values()], request.input);
      return listXml("Roles", page.map(roleXml)) + rest;
    },
    GetRole: (request) => `<Role>${roleXml(roleOf(request))}${tagsXml(roleOf(request).tags)}</Role>`,
    ListAttachedRolePolicies: (request) => attachedXml("AttachedPolicies", roleOf(request).attached) + complete,
    ListRolePolicies: (request) => listXml("PolicyNames", [...roleOf(request).inline.keys()]) + complete,
    GetRolePolicy: (request) => inlineXml([String(request.input["PolicyName"]), inlineOf(roleOf(request), request)]),
    CreateRole: (request) => {
      const role = newRole(request, request.input);
      rolesOf(request).set(role.name, role);
      return `<Role>${roleXml(role)}</Role>`;
    },
    AttachRolePolicy: (request) => {
      roleOf(request).attached.add(String(request.input["PolicyArn"]));
      return "";
    },
    PutRolePolicy: (request) => {
      roleOf(request).inline.set(String(request.input["PolicyName"]), String(request.input["PolicyDocument"]));
      return "";
    },
  });
}

function answers(operations: Readonly<Record<string, (request: AwsRequest) => string>>): Services {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      `iam:${name}`,
      (request) => query(name, operation(request)),
    ]),
  );
}

function newRole(request: AwsRequest, input: AwsRequest["input"]): Role {
  const name = String(input["RoleName"]);
  const path = String(input["Path"] ?? "/");
  return {
    name,
    path,
    arn: `arn:aws:iam::${accountOf(request)}:role${path}${name}`,
    trust: String(input["AssumeRolePolicyDocument"]),
    maxSession: String(input["MaxSessionDuration"] ?? 3_600),
    tags: tagsOf(input),
    attached: new Set(),
    inline: new Map(),
  };
}

function inlineOf({ inline }: Role, { input }: AwsRequest): string {
  return found(inline, input["PolicyName"]);
}

function roleXml({ name, path, arn, trust, maxSession }: Role): string {
  return `<Path>${path}</Path><RoleName>${name}</RoleName><RoleId>AROA${name}</RoleId><Arn>${arn}</Arn>${created}<AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument><MaxSessionDuration>${maxSession}</MaxSessionDuration>`;
}

function detailXml(role: Role): string {
  const attached = attachedXml("AttachedManagedPolicies", role.attached);
  return roleXml(role) + attached + listXml("RolePolicyList", [...role.inline].map(inlineXml)) + tagsXml(role.tags);
}

function inlineXml([name, document]: readonly [string, string]): string {
  return `<PolicyName>${name}</PolicyName><PolicyDocument>${encodeURIComponent(document)}</PolicyDocument>`;
}
