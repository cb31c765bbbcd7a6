/** Reads the roles and identity providers of an account: all roles at once for a plan, one by one before a write. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { isObject } from "@bulkhead/plan";
import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
  type AttachedPolicy,
  type PolicyDetail,
  type RoleDetail,
  type Tag,
} from "@aws-sdk/client-iam";
import type { Reach, Site } from "../../control.ts";
import type { InlinePolicy, ProviderFields, RoleFields } from "./model.ts";
import { issuerOfArn, providerArn } from "./oidc.ts";

/** IAM's longest page. */
const page = { MaxItems: 1_000 };

/** Every role of the account by its name, in two calls a thousand roles. */
export async function readRoles(site: Site, reach: Reach): Promise<ReadonlyMap<string, RoleFields>> {
  const client = reach.client(IAMClient, site);
  const details = async (): Promise<RoleDetail[]> => {
    const found: RoleDetail[] = [];
    const pages = paginateGetAccountAuthorizationDetails({ client }, { ...page, Filter: ["Role"] });
    for await (const { RoleDetailList = [] } of pages) found.push(...RoleDetailList);
    return found;
  };
  // The details have all but the length of a session.
  const lengths = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for await (const { Roles = [] } of paginateListRoles({ client }, page)) {
      for (const { RoleName = "", MaxSessionDuration = defaultSession } of Roles)
        found.set(RoleName, MaxSessionDuration);
    }
    return found;
  };
  const [roles, sessions] = await Promise.all([details(), lengths()]);
  return new Map(
    roles.map((role) => [
      role.RoleName ?? "",
      fields(
        { ...role, MaxSessionDuration: sessions.get(role.RoleName ?? "") },
        role.AttachedManagedPolicies ?? [],
        role.RolePolicyList ?? [],
      ),
    ]),
  );
}

/** Null where there is no such role. */
export async function readRole(name: string, site: Site, reach: Reach): Promise<RoleFields | null> {
  const client = reach.client(IAMClient, site);
  const RoleName = name;
  const attached = async (): Promise<AttachedPolicy[]> => {
    const found: AttachedPolicy[] = [];
    for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { ...page, RoleName })) {
      found.push(...AttachedPolicies);
    }
    return found;
  };
  const inline = async (): Promise<PolicyDetail[]> => {
    const names: string[] = [];
    for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { ...page, RoleName })) {
      names.push(...PolicyNames);
    }
    return Promise.all(names.map((PolicyName) => client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))));
  };
  try {
    // Before a creation there is nothing more to ask about.
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName }));
    return role ? fields(role, ...(await Promise.all([attached(), inline()]))) : null;
  } catch (error) {
    if (awsErrorName(error) === "NoSuchEntityException") return null;
    throw error;
  }
}

/** The account's identity providers of these issuers. */
export async function readProviders(
  issuers: readonly string[],
  site: Site,
  reach: Reach,
): Promise<ReadonlyMap<string, ProviderFields>> {
  if (issuers.length === 0) return new Map();
  const { OpenIDConnectProviderList = [] } = await reach
    .client(IAMClient, site)
    .send(new ListOpenIDConnectProvidersCommand({}));
  const there = OpenIDConnectProviderList.map(({ Arn = "" }) => issuerOfArn(Arn)).filter((it) => issuers.includes(it));
  const found = await Promise.all(
    there.map(async (issuer) => [issuer, await readProvider(issuer, site, reach)] as const),
  );
  return new Map(found.flatMap(([issuer, provider]) => (provider === null ? [] : [[issuer, provider]])));
}

/** Null where the account has no provider of that issuer. */
export async function readProvider(issuer: string, site: Site, reach: Reach): Promise<ProviderFields | null> {
  const arn = providerArn(issuer, reach.idOf(site.account), reach.partition);
  try {
    const { ClientIDList = [] } = await reach
      .client(IAMClient, site)
      .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    return { audiences: Object.fromEntries(ClientIDList.map((audience) => [audience, true as const])) };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchEntityException") return null;
    throw error;
  }
}

/** Seconds; what a role has that nobody gave another. */
const defaultSession = 3_600;

type Shape = Pick<RoleDetail, "Path" | "AssumeRolePolicyDocument" | "PermissionsBoundary" | "Tags"> & {
  readonly MaxSessionDuration?: number | undefined;
};

function fields(role: Shape, attached: readonly AttachedPolicy[], inline: readonly PolicyDetail[]): RoleFields {
  return {
    path: role.Path ?? "/",
    trust: readDocument(role.AssumeRolePolicyDocument),
    maxSessionSeconds: role.MaxSessionDuration ?? defaultSession,
    managedPolicies: attached.map(({ PolicyArn = "" }) => PolicyArn).sort(),
    inlinePolicies: inline
      .map(({ PolicyName = "", PolicyDocument }): InlinePolicy => ({
        name: PolicyName,
        document: readDocument(PolicyDocument),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: tagsOf(role.Tags),
  };
}

function tagsOf(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** AWS percent-encodes documents (RFC 3986); JSON begins with a brace, which is encoded too. */
function readDocument(text = ""): JsonObject {
  const document = JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text || "{}") as JsonObject;
  // A single statement may stand without its list.
  const { Statement: statements } = document;
  return isObject(statements) ? { ...document, Statement: [statements] } : document;
}
