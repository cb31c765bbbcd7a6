/** Reads and writes one group; each step is safe to do again after being cut off anywhere. */

import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { jsonEqual, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, project, type Change, type Handler } from "@bulkhead/plan";
import { arnsOf } from "./actual.ts";
import type { ApplyContext } from "./apply-context.ts";
import { groupInUse, nameTaken } from "./errors.ts";
import { groupFields, type GroupFields } from "./fields.ts";
import { foreignPolicies } from "./group-names.ts";
import type { IamApi } from "./iam-api.ts";

export function groupHandler(context: ApplyContext): Handler {
  return {
    read: (change) => readGroup(context, change),
    write: async (change, current) => {
      const name = nameOf(change);
      const found = current as GroupFields | null;
      if (change.action === "create") await createGroup(context, change.after as GroupFields);
      else if (change.after === null) await deleteGroup(context, name);
      else await fit(context, name, found?.policies ?? {}, (change.after as GroupFields).policies);
    },
  };
}

async function readGroup({ api, path }: ApplyContext, change: Change): Promise<JsonObject | null> {
  const GroupName = nameOf(change);
  // The answer has the group's members as well; one of them is the fewest that can be asked for.
  const answer = await api.find(new GetGroupCommand({ GroupName, MaxItems: 1 }));
  if (answer === null) return null;
  const policies = change.after === null ? [] : await attachedPolicies(api, GroupName);
  const group = { name: answer.Group?.GroupName ?? GroupName, path: answer.Group?.Path ?? "/", policies };
  const declared = (change.after ?? change.before) as Partial<GroupFields>;
  const current = groupFields(group, { path, policies: Object.keys(declared.policies ?? {}) });
  // Ours and not yet whole is a creation that was cut off: to be finished, not refused.
  const isCutOff =
    change.action === "create" && group.path === path && !jsonEqual(project(current, change.after), change.after);
  return isCutOff ? null : current;
}

async function createGroup(context: ApplyContext, { name, path, policies }: GroupFields): Promise<void> {
  const { api } = context;
  let attached: readonly string[] = [];
  await api.write(new CreateGroupCommand({ GroupName: name, Path: path })).catch(async (error: unknown) => {
    if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    const answer = await api.find(new GetGroupCommand({ GroupName: name, MaxItems: 1 }));
    if (answer?.Group?.Path !== path) throw nameTaken("group", name);
    attached = await attachedPolicies(api, name);
  });
  const current = groupFields({ name, path, policies: attached }, { path, policies: Object.keys(policies) });
  await fit(context, name, current.policies, policies);
}

/** What takes rights away comes first. */
async function fit(
  { api, policyArn }: ApplyContext,
  GroupName: string,
  current: GroupFields["policies"],
  wanted: GroupFields["policies"],
): Promise<void> {
  const others = Object.entries(wanted).filter(([name, attach]) => (current[name] ?? false) !== attach);
  for (const [name] of others.filter(([, attach]) => !attach)) {
    await api.unlessGone(new DetachGroupPolicyCommand({ GroupName, PolicyArn: policyArn(name) }));
  }
  for (const [name] of others.filter(([, attach]) => attach)) {
    await api.attach(new AttachGroupPolicyCommand({ GroupName, PolicyArn: policyArn(name) }));
  }
}

/** What the group got since the plan showed it keeps it whole. */
async function deleteGroup({ api, path }: ApplyContext, GroupName: string): Promise<void> {
  const attached = await attachedPolicies(api, GroupName);
  const inline = await api.readAll(
    (page) => new ListGroupPoliciesCommand({ GroupName, ...page }),
    (answer) => answer.PolicyNames,
  );
  const members = await api.readAll(
    (page) => new GetGroupCommand({ GroupName, ...page }),
    (answer) => answer.Users,
  );
  const strangers = members.filter(({ Path }) => Path !== path).map(({ UserName = "" }) => UserName);
  const foreign = [...strangers, ...foreignPolicies(attached, path), ...inline];
  if (foreign.length > 0) throw groupInUse(GroupName, foreign);
  for (const PolicyArn of attached) await api.unlessGone(new DetachGroupPolicyCommand({ GroupName, PolicyArn }));
  for (const { UserName } of members) await api.unlessGone(new RemoveUserFromGroupCommand({ GroupName, UserName }));
  await api.unlessGone(new DeleteGroupCommand({ GroupName }));
}

function attachedPolicies(api: IamApi, GroupName: string): Promise<string[]> {
  return api.readAll(
    (page) => new ListAttachedGroupPoliciesCommand({ GroupName, ...page }),
    (answer) => arnsOf(answer.AttachedPolicies),
  );
}
