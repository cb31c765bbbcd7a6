/** Carries out single changes to the organization; each step is safe to do again after being cut off anywhere. */

import { jsonEqual, type JsonObject, type Report } from "@bulkhead/core";
import { awsErrorName, type Access } from "@bulkhead/credentials";
import { splitUnit } from "@bulkhead/landing-zone";
import { fieldChanges, nameOf, type Change, type Handler } from "@bulkhead/plan";
import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeAccountCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListParentsCommand,
  MoveAccountCommand,
  TagResourceCommand,
  UpdatePolicyCommand,
  type CreateAccountStatus,
} from "@aws-sdk/client-organizations";
import {
  describeOrganization,
  hasPolicies,
  readChildUnits,
  readPolicyContent,
  readPolicySummaries,
  readRoot,
  readTags,
  readTargetIds,
} from "./actual.ts";
import { concurrentCreations, createAccount, listCreations, type NewAccount } from "./create-account.ts";
import { missingPolicy, missingUnit, policyMadeMeanwhile, renameRefused } from "./errors.ts";
import { accountTag, kinds, rootPath, type FoundOrganization } from "./model.ts";
import type { OrganizationsApi } from "./organizations-api.ts";

export interface ApplyContext {
  readonly api: OrganizationsApi;
  readonly access: Access;
  readonly managementAccountId: string;
  readonly region: string;
  readonly accessRole: string;
  readonly report: Report;
  /**
   * What this very run has read already: where the root and the units are, and whose email is whose. Everything else is
   * read again: a person may have thought about the plan for an hour, and another run may have written meanwhile.
   */
  readonly found: FoundOrganization | null;
  /** Told of every account that was created or finished. */
  readonly made: (name: string, id: string) => void;
}

export function organizationHandlers(context: ApplyContext): ReadonlyMap<string, Handler> {
  const ids = createIds(context.api, context.found);
  return new Map<string, Handler>([
    [kinds.organization, organizationHandler(context, ids)],
    [kinds.organizationalUnit, unitHandler(context, ids)],
    [kinds.account, accountHandler(context, ids)],
    [kinds.policy, policyHandler(context, ids)],
    [kinds.attachment, attachmentHandler(context, ids)],
  ]);
}

/** AWS's ids by logical names: from what this run has read, and otherwise asked for step by step. */
interface Ids {
  root(): Promise<string>;
  /** Undefined where there is no such unit. */
  unit(path: string): Promise<string | undefined>;
  addUnit(path: string, id: string): void;
  policy(name: string): Promise<string | undefined>;
  addPolicy(name: string, id: string): Promise<void>;
}

function createIds(api: OrganizationsApi, found: FoundOrganization | null): Ids {
  const units = new Map(found?.organizationalUnits);
  let root = found?.rootId ?? undefined;
  let policies: Promise<Map<string, string>> | undefined;

  const rootId = async (): Promise<string> => (root ??= (await readRoot(api)).Id ?? "");
  const unit = async (path: string): Promise<string | undefined> => {
    if (path === rootPath) return rootId();
    const known = units.get(path);
    if (known !== undefined) return known;
    const { parent } = splitUnit(path);
    const parentId = await unit(parent);
    if (parentId === undefined) return undefined;
    for (const [childPath, id] of await readChildUnits(api, parentId, parent)) units.set(childPath, id);
    return units.get(path);
  };
  const listPolicies = async (): Promise<Map<string, string>> =>
    new Map((await readPolicySummaries(api)).map(({ Name = "", Id = "" }) => [Name, Id]));
  const loadPolicies = (): Promise<Map<string, string>> => (policies ??= listPolicies());
  return {
    root: rootId,
    unit,
    addUnit: (path, id) => void units.set(path, id),
    policy: async (name) => (await loadPolicies()).get(name),
    addPolicy: async (name, id) => void (await loadPolicies()).set(name, id),
  };
}

function organizationHandler({ api }: ApplyContext, ids: Ids): Handler {
  return {
    read: async (change) => {
      const organization = await describeOrganization(api);
      if (!organization) return null;
      const enabled = hasPolicies(await readRoot(api));
      // Created without its policies is a creation that was cut off.
      if (change.action === "create" && !enabled && change.after["serviceControlPolicies"]) return null;
      return { featureSet: organization.FeatureSet ?? null, serviceControlPolicies: enabled ? "ENABLED" : "DISABLED" };
    },
    write: async (change) => {
      if (change.action === "create") {
        await unless("AlreadyInOrganizationException", api.write(new CreateOrganizationCommand({ FeatureSet: "ALL" })));
      }
      if (!change.after?.["serviceControlPolicies"]) return;
      const command = new EnablePolicyTypeCommand({ RootId: await ids.root(), PolicyType: "SERVICE_CONTROL_POLICY" });
      await unless("PolicyTypeAlreadyEnabledException", api.write(command));
      for (let pause = 500; !hasPolicies(await readRoot(api)); pause = Math.min(pause * 2, 10_000)) {
        await api.settle(pause, "organization", "AWS is enabling service control policies");
      }
    },
  };
}

function unitHandler({ api }: ApplyContext, ids: Ids): Handler {
  const find = async (path: string): Promise<string | undefined> => {
    const { parent } = splitUnit(path);
    const parentId = await ids.unit(parent);
    if (parentId === undefined) return undefined;
    const id = (await readChildUnits(api, parentId, parent)).get(path);
    if (id !== undefined) ids.addUnit(path, id);
    return id;
  };
  return {
    read: async (change) => ((await find(nameOf(change))) === undefined ? null : { path: nameOf(change) }),
    write: async (change) => {
      const path = nameOf(change);
      const { parent, name } = splitUnit(path);
      const parentId = await unitId(ids, parent);
      const command = new CreateOrganizationalUnitCommand({ ParentId: parentId, Name: name });
      const made = await unless("DuplicateOrganizationalUnitException", api.write(command));
      const id = made?.OrganizationalUnit?.Id;
      if (id !== undefined) ids.addUnit(path, id);
    },
  };
}

function newAccount(after: JsonObject): Omit<NewAccount, "accessRole"> {
  const { name, email, tags } = after as { name: string; email: string; tags: Record<string, string> };
  return { name, email, tags };
}

function accountHandler(context: ApplyContext, ids: Ids): Handler {
  const { api, accessRole, managementAccountId, report, found, made } = context;
  const readAccount = async (id: string, change: Change): Promise<JsonObject> => {
    const [{ Account: account }, { Parents: parents }, tags] = await Promise.all([
      api.read(new DescribeAccountCommand({ AccountId: id })),
      api.read(new ListParentsCommand({ ChildId: id })),
      readTags(api, id),
    ]);
    const organizationalUnit = await pathOfParent(parents?.[0]?.Id ?? "", change);
    return { id, name: account?.Name ?? "", email: account?.Email ?? "", organizationalUnit, tags };
  };
  /** The path by which the change calls this parent. */
  const pathOfParent = async (parentId: string, change: Change): Promise<string> => {
    for (const path of [change.after?.["organizationalUnit"], change.before?.["organizationalUnit"], rootPath]) {
      if (typeof path === "string" && (await ids.unit(path)) === parentId) return path;
    }
    return parentId;
  };
  let accounts: Promise<ReadonlyMap<string, string>> | undefined;
  const listAccounts = async (): Promise<ReadonlyMap<string, string>> => {
    const all = await api.readAll(
      (page) => new ListAccountsCommand(page),
      (answer) => answer.Accounts,
    );
    const members = all.filter(({ Id }) => Id !== managementAccountId);
    return new Map(members.map(({ Email = "", Id = "" }) => [Email.toLowerCase(), Id]));
  };
  // What was made since this run has read them shows among the creations, and an email can't be used twice.
  const knownAccounts =
    found &&
    new Map(
      found.accounts.filter(({ id }) => id !== managementAccountId).map(({ email, id }) => [email.toLowerCase(), id]),
    );
  const findByEmail = async (email: string): Promise<string | undefined> =>
    (await (accounts ??= knownAccounts ? Promise.resolve(knownAccounts) : listAccounts())).get(email.toLowerCase());
  let creations: Promise<readonly CreateAccountStatus[]> | undefined;
  const creationContext = { api, report, creations: () => (creations ??= listCreations(api)) };

  return {
    concurrency: concurrentCreations,
    read: async (change) => {
      if (change.action !== "create") return readAccount(String(change.after?.["id"]), change);
      const id = await findByEmail(String(change.after["email"]));
      if (id === undefined) return null;
      const current = await readAccount(id, change);
      // Ours, and still in the root, is a creation that was cut off before its move: to be finished, not refused.
      const ours = (current["tags"] as JsonObject)[accountTag] === nameOf(change);
      const moved = current["organizationalUnit"] !== rootPath || change.after["organizationalUnit"] === rootPath;
      return ours && !moved ? null : current;
    },
    write: async (change, current) => {
      if (change.after === null) return;
      const name = nameOf(change);
      if (change.action !== "create") {
        await finish(context, ids, change.after, current ?? {});
        return;
      }
      const { id, joined } = await createAccount({ ...newAccount(change.after), accessRole }, creationContext);
      made(name, id);
      const start = joined ? await readAccount(id, change) : { ...change.after, organizationalUnit: rootPath };
      await finish(context, ids, { ...change.after, id }, { ...start, id });
    },
  };
}

/** Names, tags and moves an account that exists, in as far as it differs. */
async function finish(
  { api, access, managementAccountId, region }: ApplyContext,
  ids: Ids,
  wanted: JsonObject,
  current: JsonObject,
): Promise<void> {
  const id = String(wanted["id"]);
  if (wanted["name"] !== current["name"]) {
    const { AccountClient, PutAccountNameCommand } = await import("@aws-sdk/client-account");
    const client = access.client(AccountClient, { account: managementAccountId, region });
    try {
      await client.send(new PutAccountNameCommand({ AccountId: id, AccountName: String(wanted["name"]) }));
    } catch (error) {
      if (awsErrorName(error) === "AccessDeniedException") throw renameRefused(String(wanted["name"]), error);
      throw error;
    }
  }
  const tags = wanted["tags"] as Record<string, string>;
  const missing = fieldChanges(current["tags"] as JsonObject, tags).filter(({ after }) => after !== undefined);
  if (missing.length > 0) {
    const Tags = missing.map(({ path }) => ({ Key: path, Value: tags[path] ?? "" }));
    await api.write(new TagResourceCommand({ ResourceId: id, Tags }));
  }
  if (wanted["organizationalUnit"] !== current["organizationalUnit"]) {
    await moveAccount(api, ids, id, String(current["organizationalUnit"]), String(wanted["organizationalUnit"]));
  }
}

async function moveAccount(api: OrganizationsApi, ids: Ids, id: string, from: string, to: string): Promise<void> {
  const [source, destination] = [await unitId(ids, from), await unitId(ids, to)];
  const command = new MoveAccountCommand({ AccountId: id, SourceParentId: source, DestinationParentId: destination });
  // What a repeated request is told when the first one did it.
  await unless("DuplicateAccountException", api.write(command));
}

function policyHandler({ api }: ApplyContext, ids: Ids): Handler {
  const findPolicy = async (name: string): Promise<string | undefined> =>
    (await readPolicySummaries(api)).find(({ Name }) => Name === name)?.Id;
  return {
    read: async (change) => {
      const id = await ids.policy(nameOf(change));
      return id === undefined ? null : { content: await readPolicyContent(api, id) };
    },
    write: async (change) => {
      const name = nameOf(change);
      const Content = JSON.stringify(change.after?.["content"]);
      const id = await ids.policy(name);
      if (id !== undefined) {
        await api.write(new UpdatePolicyCommand({ PolicyId: id, Content }));
        return;
      }
      const command = new CreatePolicyCommand({ Name: name, Description: "", Type: "SERVICE_CONTROL_POLICY", Content });
      const made = await unless("DuplicatePolicyException", api.write(command));
      const madeId = made?.Policy?.PolicySummary?.Id ?? (await findPolicy(name));
      if (madeId === undefined) throw missingPolicy(name);
      await ids.addPolicy(name, madeId);
      if (made) return;
      // Either this very request, whose answer was lost, or somebody else's policy.
      const content = await readPolicyContent(api, madeId);
      if (!jsonEqual(content, change.after?.["content"] ?? null)) throw policyMadeMeanwhile(name);
    },
  };
}

function attachmentHandler({ api }: ApplyContext, ids: Ids): Handler {
  const resolve = async (change: Change): Promise<{ PolicyId: string; TargetId: string }> => {
    const { policy, target } = (change.after ?? change.before) as { policy: string; target: string };
    const PolicyId = await ids.policy(policy);
    if (PolicyId === undefined) throw missingPolicy(policy);
    return { PolicyId, TargetId: await unitId(ids, target) };
  };
  return {
    read: async (change) => {
      const { PolicyId, TargetId } = await resolve(change);
      return (await readTargetIds(api, PolicyId)).includes(TargetId) ? (change.after ?? change.before) : null;
    },
    write: async (change) => {
      const target = await resolve(change);
      if (change.action === "delete")
        await unless("PolicyNotAttachedException", api.write(new DetachPolicyCommand(target)));
      else await unless("DuplicatePolicyAttachmentException", api.write(new AttachPolicyCommand(target)));
    },
  };
}

async function unitId(ids: Ids, path: string): Promise<string> {
  const id = await ids.unit(path);
  if (id === undefined) throw missingUnit(path);
  return id;
}

/** Undefined where AWS says with this error that it is so already. */
async function unless<T>(errorName: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (awsErrorName(error) === errorName) return undefined;
    throw error;
  }
}
