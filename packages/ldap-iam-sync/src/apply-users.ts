/** Reads and writes one user as a change asks for it; each step is safe to do again after being cut off anywhere. */

import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateUserCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UpdateUserCommand,
  type Tag,
} from "@aws-sdk/client-iam";
import { jsonEqual, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, project, type Change, type Handler } from "@bulkhead/plan";
import { arnsOf, tagsOf } from "./actual.ts";
import type { ApplyContext } from "./apply-context.ts";
import { deleteUser } from "./delete-user.ts";
import { nameTaken } from "./errors.ts";
import { userFields, type UserFields } from "./fields.ts";
import { letIn, shutOut } from "./leavers.ts";
import { personTag, selfServicePolicy } from "./model.ts";

/** What a change says of a user in any case, and what is known without asking for groups and policies. */
interface Identity {
  readonly name: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

type Wanted = Identity & Partial<UserFields>;

export function userHandler(context: ApplyContext): Handler {
  return {
    read: (change) => readUser(context, change),
    write: async (change, current) => {
      const found = current as UserFields | null;
      if (change.action === "create") await createUser(context, change.after as UserFields);
      else if (found !== null && change.after === null) await deleteUser(context, found);
      else if (found !== null) await updateUser(context, found, change.after as unknown as Wanted);
    },
  };
}

async function readUser(context: ApplyContext, change: Change): Promise<JsonObject | null> {
  const user = await findUser(context, change);
  if (user === null) return null;
  if (change.action !== "create") return readFields(context, user, change.after ?? change.before, change.before);
  const current = await readFields(context, user, change.after, null);
  // Ours and not yet whole is a creation that was cut off: to be finished, not refused.
  const isOurs = user.path === context.path && user.tags[personTag] === nameOf(change);
  return isOurs && !jsonEqual(project(current, change.after), change.after) ? null : current;
}

/** By the name that it had and by the one that it gets, since an earlier run may have renamed it; the person's own first. */
async function findUser({ api }: ApplyContext, change: Change): Promise<Identity | null> {
  const names = [change.before?.["name"], change.after?.["name"]].filter((name) => typeof name === "string");
  let other: Identity | null = null;
  for (const UserName of new Set(names)) {
    const answer = await api.find(new GetUserCommand({ UserName }));
    if (answer === null) continue;
    const { Path = "/", Tags } = answer.User ?? {};
    const user = { name: answer.User?.UserName ?? UserName, path: Path, tags: tagsOf(Tags) };
    if (user.tags[personTag] === nameOf(change)) return user;
    other ??= user;
  }
  return other;
}

/**
 * The fields that the change speaks of. What it doesn't touch isn't asked for: it stands as it was planned, whatever it
 * is by now.
 */
async function readFields(
  { api, path }: ApplyContext,
  user: Identity,
  declared: JsonObject,
  before: JsonObject | null,
): Promise<JsonObject> {
  const touched = (field: keyof UserFields): boolean =>
    declared[field] !== undefined && (before === null || !jsonEqual(before[field] ?? null, declared[field] ?? null));
  const UserName = user.name;
  const asksForPolicies = touched("selfService") || touched("denied");
  const asksForGroups = touched("groups");
  const [groups, policies] = await Promise.all([
    asksForGroups
      ? api.readAll(
          (page) => new ListGroupsForUserCommand({ UserName, ...page }),
          (answer) => answer.Groups?.map(({ GroupName = "" }) => GroupName),
        )
      : [],
    asksForPolicies
      ? api.readAll(
          (page) => new ListAttachedUserPoliciesCommand({ UserName, ...page }),
          (answer) => arnsOf(answer.AttachedPolicies),
        )
      : [],
  ]);
  const groupNames = Object.keys((declared["groups"] as object | undefined) ?? {});
  const {
    groups: inGroups,
    selfService,
    denied,
    ...asked
  } = userFields({ ...user, groups, policies }, { path, groups: groupNames });
  return {
    ...before,
    ...asked,
    ...(asksForGroups ? { groups: inGroups } : {}),
    ...(asksForPolicies ? { selfService, denied } : {}),
  };
}

async function createUser(context: ApplyContext, after: UserFields): Promise<void> {
  const { api } = context;
  const UserName = after.name;
  const command = new CreateUserCommand({ UserName, Path: after.path, Tags: asTags(after.tags) });
  await api.write(command).catch(async (error: unknown) => {
    if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    // Either made by this very request, whose answer was lost, or by a run that was cut off; or it is somebody else's.
    const { User } = (await api.find(new GetUserCommand({ UserName }))) ?? {};
    const isOurs = User?.Path === after.path && tagsOf(User.Tags)[personTag] === after.tags[personTag];
    if (!isOurs) throw nameTaken("user", UserName);
  });
  const nothing = { groups: {}, selfService: false };
  await fit(context, UserName, nothing, after);
}

/** Renamed last: for seconds IAM may not know the new name everywhere, and what it doesn't know would pass for removed. */
async function updateUser(context: ApplyContext, current: UserFields, after: Wanted): Promise<void> {
  const { api } = context;
  const UserName = current.name;
  const Tags = asTags(after.tags).filter(({ Key = "", Value }) => current.tags[Key] !== Value);
  if (Tags.length > 0) await api.write(new TagUserCommand({ UserName, Tags }));
  await fit(context, UserName, current, after);
  const left = after.left ?? null;
  if (left !== null) await shutOut(context, current, left);
  // After the rest, so that nobody comes back to what isn't theirs any more.
  else if (current.left !== null || current.denied) await letIn(context, current);
  const NewUserName = current.name === after.name ? undefined : after.name;
  const NewPath = current.path === after.path ? undefined : after.path;
  if (NewUserName !== undefined || NewPath !== undefined) {
    await api.write(new UpdateUserCommand({ UserName, NewUserName, NewPath }));
  }
}

/** Policies and groups. What takes rights away comes first: the rule about MFA, then the groups that were left. */
async function fit(
  { api, policyArn }: ApplyContext,
  UserName: string,
  current: Pick<UserFields, "groups" | "selfService">,
  { groups = {}, selfService = false }: Partial<UserFields>,
): Promise<void> {
  if (selfService && !current.selfService) {
    await api.attach(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn(selfServicePolicy) }));
  }
  const others = Object.entries(groups).filter(([name, wanted]) => (current.groups[name] ?? false) !== wanted);
  for (const [GroupName] of others.filter(([, wanted]) => !wanted)) {
    await api.unlessGone(new RemoveUserFromGroupCommand({ UserName, GroupName }));
  }
  for (const [GroupName] of others.filter(([, wanted]) => wanted)) {
    await api.attach(new AddUserToGroupCommand({ UserName, GroupName }));
  }
}

function asTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
