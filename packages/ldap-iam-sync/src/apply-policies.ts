/** Reads and writes one managed policy; each step is safe to do again after being cut off anywhere. */

import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
} from "@aws-sdk/client-iam";
import { jsonEqual, type Json, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, type Handler } from "@bulkhead/plan";
import { parseDocument } from "./actual.ts";
import type { ApplyContext } from "./apply-context.ts";
import { nameTaken, policyInUse } from "./errors.ts";
import { policyFields, type PolicyFields } from "./fields.ts";
import type { IamApi } from "./iam-api.ts";

/** As many versions as a policy may have (IAM User Guide, “Versioning IAM policies”). */
const mostVersions = 5;

export function policyHandler(context: ApplyContext): Handler {
  const { api, policyArn } = context;
  return {
    read: (change) => readPolicy(api, policyArn(nameOf(change)), change.after !== null),
    write: async (change) => {
      const name = nameOf(change);
      const arn = policyArn(name);
      if (change.after === null) await deletePolicy(api, name, arn);
      else if (change.action === "create") await createPolicy(api, arn, change.after as PolicyFields);
      else await replaceDocument(api, arn, (change.after as PolicyFields).document);
    },
  };
}

async function readPolicy(api: IamApi, PolicyArn: string, whole: boolean): Promise<JsonObject | null> {
  const answer = await api.find(new GetPolicyCommand({ PolicyArn }));
  if (answer === null) return null;
  const { Path = "/", DefaultVersionId: VersionId } = answer.Policy ?? {};
  const place = { name: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1), path: Path };
  if (!whole) return place;
  const { PolicyVersion } = await api.read(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return policyFields({ ...place, document: parseDocument(PolicyVersion?.Document) });
}

async function createPolicy(api: IamApi, arn: string, { name, path, document }: PolicyFields): Promise<void> {
  const PolicyDocument = JSON.stringify(document);
  const command = new CreatePolicyCommand({ PolicyName: name, Path: path, PolicyDocument });
  await api.write(command).catch(async (error: unknown) => {
    if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    // Either made by this very request, whose answer was lost, or somebody else's.
    const found = await readPolicy(api, arn, true);
    if (!jsonEqual((found?.["document"] ?? null) as Json, document)) throw nameTaken("policy", name);
  });
}

async function replaceDocument(api: IamApi, PolicyArn: string, document: JsonObject): Promise<void> {
  const versions = await otherVersions(api, PolicyArn);
  const spare = versions.slice(0, Math.max(0, versions.length + 2 - mostVersions));
  for (const { VersionId } of spare) await api.unlessGone(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  const PolicyDocument = JSON.stringify(document);
  await api.writeOnce(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
}

async function deletePolicy(api: IamApi, name: string, PolicyArn: string): Promise<void> {
  for (const { VersionId } of await otherVersions(api, PolicyArn)) {
    await api.unlessGone(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  }
  await api.unlessGone(new DeletePolicyCommand({ PolicyArn })).catch((error: unknown) => {
    if (awsErrorName(error) === "DeleteConflictException") throw policyInUse(name, error);
    throw error;
  });
}

/** All but the default one, the oldest first. */
async function otherVersions(api: IamApi, PolicyArn: string): Promise<PolicyVersion[]> {
  const versions = await api.readAll(
    (page) => new ListPolicyVersionsCommand({ PolicyArn, ...page }),
    (answer) => answer.Versions,
  );
  const number = ({ VersionId = "" }: PolicyVersion): number => Number(VersionId.slice(1));
  return versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).sort((a, b) => number(a) - number(b));
}
