/** Makes roles and identity providers as they are planned; each step is safe to do again after being cut off anywhere. */

import { jsonEqual, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, type Change } from "@bulkhead/plan";
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  paginateListInstanceProfilesForRole,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { Reach } from "../../control.ts";
import { eventually, type TooEarly } from "../../eventually.ts";
import { managedTag, ours } from "../../ownership.ts";
import { readProvider, readRole } from "./actual.ts";
import { noSuchPolicy, roleTaken } from "./errors.ts";
import type { ProviderFields, RoleFields } from "./model.ts";
import { audience, providerArn } from "./oidc.ts";

/**
 * What IAM says of a role that was just made, and of a trust policy that names an account which was. A policy that it
 * doesn't know is a mistake in the file.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
const unknownYet: TooEarly = (name, message) =>
  (name === "NoSuchEntityException" || name === "MalformedPolicyDocumentException") &&
  /\b(role|principal)\b/i.test(message);

/** The role as it is before a write; a creation that was cut off counts as not begun, so that it is finished. */
export async function readRoleAgain(change: Change, reach: Reach): Promise<JsonObject | null> {
  const role = await readRole(nameOf(change), change, reach);
  return change.action === "create" && role !== null && isBegun(role, change.after as RoleFields) ? null : role;
}

/** CreateRole makes a role without its policies, and those come one by one. */
function isBegun(role: RoleFields, after: RoleFields): boolean {
  const { managedPolicies, inlinePolicies, tags, ...rest } = role;
  const { managedPolicies: wantedManaged, inlinePolicies: wantedInline, tags: wantedTags, ...wanted } = after;
  return (
    tags[managedTag] === wantedTags[managedTag] &&
    jsonEqual(rest, wanted) &&
    managedPolicies.every((arn) => wantedManaged.includes(arn)) &&
    inlinePolicies.every((policy) => wantedInline.some((it) => jsonEqual(it, policy))) &&
    managedPolicies.length + inlinePolicies.length < wantedManaged.length + wantedInline.length
  );
}

export async function writeRole(change: Change, current: JsonObject | null, reach: Reach): Promise<void> {
  if (change.after === null) return;
  const after = change.after as RoleFields;
  const client = reach.client(IAMClient, change);
  const name = nameOf(change);
  let role = current as RoleFields | null;
  if (role !== null && change.action === "replace") {
    await deleteRole(client, name, role);
    role = null;
  }
  role ??= await createRole(client, change, after, reach);
  const isOwn = name === reach.landingZone.baseline?.ownRole;
  await updateRole(client, name, role, after, isOwn);
}

/** @returns the role as it is then, without policies if it is new */
async function createRole(client: IAMClient, change: Change, after: RoleFields, reach: Reach): Promise<RoleFields> {
  const name = nameOf(change);
  const command = new CreateRoleCommand({
    RoleName: name,
    Path: after.path,
    AssumeRolePolicyDocument: JSON.stringify(after.trust),
    MaxSessionDuration: after.maxSessionSeconds,
    Tags: tagList(after.tags),
    ...(after.permissionsBoundary === null ? {} : { PermissionsBoundary: after.permissionsBoundary }),
  });
  try {
    await eventually(unknownYet, () => client.send(command));
    return { ...after, managedPolicies: [], inlinePolicies: [] };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchEntityException" && after.permissionsBoundary !== null) {
      throw noSuchPolicy(after.permissionsBoundary, name, error);
    }
    if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    // Begun by a run that was cut off, or by this very call if its first answer was lost.
    const role = await readRole(name, change, reach);
    if (role?.tags[managedTag] === undefined) throw roleTaken(name, change.account);
    return role;
  }
}

/**
 * First goes what may no longer be done, then it changes who may enter, and then comes what is new: so nobody can do
 * more on the way than before it or after it. Bulkhead's own role gets its policy before others go: without it, it
 * couldn't go on.
 */
async function updateRole(
  client: IAMClient,
  RoleName: string,
  role: RoleFields,
  after: RoleFields,
  isOwn: boolean,
): Promise<void> {
  const { trust, maxSessionSeconds, permissionsBoundary: boundary, managedPolicies, inlinePolicies, tags } = after;
  const take = async (): Promise<void> => {
    for (const PolicyArn of role.managedPolicies.filter((arn) => !managedPolicies.includes(arn))) {
      await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    for (const { name } of role.inlinePolicies.filter((it) => !inlinePolicies.some(({ name }) => name === it.name))) {
      await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: name }));
    }
    if (boundary !== null && role.permissionsBoundary !== boundary) {
      const command = new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary });
      await naming(boundary, RoleName, () => client.send(command));
    }
  };
  const enter = async (): Promise<void> => {
    if (!jsonEqual(role.trust, trust)) {
      const PolicyDocument = JSON.stringify(trust);
      await eventually(unknownYet, () => client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })));
    }
    if (role.maxSessionSeconds !== maxSessionSeconds) {
      await client.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: maxSessionSeconds }));
    }
  };
  const give = async (): Promise<void> => {
    for (const policy of inlinePolicies.filter((wanted) => !role.inlinePolicies.some((it) => jsonEqual(it, wanted)))) {
      const command = new PutRolePolicyCommand({
        RoleName,
        PolicyName: policy.name,
        PolicyDocument: JSON.stringify(policy.document),
      });
      await eventually(unknownYet, () => client.send(command));
    }
    if (boundary === null && role.permissionsBoundary !== null) {
      await client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    }
    for (const PolicyArn of managedPolicies.filter((arn) => !role.managedPolicies.includes(arn))) {
      await naming(PolicyArn, RoleName, () =>
        eventually(unknownYet, () => client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))),
      );
    }
  };
  for (const step of isOwn ? [enter, give, take] : [take, enter, give]) await step();
  const missing = Object.fromEntries(Object.entries(tags).filter(([key, value]) => role.tags[key] !== value));
  if (Object.keys(missing).length > 0) await client.send(new TagRoleCommand({ RoleName, Tags: tagList(missing) }));
}

/**
 * What IAM wants gone before a role goes. The tag stays to the end, so that a role half taken apart is still ours.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
async function deleteRole(client: IAMClient, RoleName: string, role: RoleFields): Promise<void> {
  for (const PolicyArn of role.managedPolicies) await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const { name } of role.inlinePolicies) {
    await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: name }));
  }
  for await (const { InstanceProfiles = [] } of paginateListInstanceProfilesForRole({ client }, { RoleName })) {
    for (const { InstanceProfileName } of InstanceProfiles) {
      await client.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }));
    }
  }
  await client.send(new DeleteRoleCommand({ RoleName }));
}

async function naming(policyArn: string, role: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw awsErrorName(error) === "NoSuchEntityException" ? noSuchPolicy(policyArn, role, error) : error;
  }
}

function tagList(tags: RoleFields["tags"]): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function readProviderAgain(change: Change, reach: Reach): Promise<ProviderFields | null> {
  return readProvider(nameOf(change), change, reach);
}

/** AWS trusts the provider's certificate by its own list of authorities; a thumbprint is no longer needed. */
export async function writeProvider(change: Change, current: JsonObject | null, reach: Reach): Promise<void> {
  const client = reach.client(IAMClient, change);
  const issuer = nameOf(change);
  if (current === null) {
    const command = new CreateOpenIDConnectProviderCommand({
      Url: `https://${issuer}`,
      ClientIDList: [audience],
      Tags: tagList(ours),
    });
    try {
      await client.send(command);
      return;
    } catch (error) {
      // Made meanwhile, or by this very call if its first answer was lost: then only the audience may be missing.
      if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    }
  }
  const arn = providerArn(issuer, reach.idOf(change.account), reach.partition);
  await client.send(
    new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, ClientID: audience }),
  );
}
