/** IAM as it would be after a plan that makes everything, for more people than a simulator holds: answers, no model. */

import type { Change } from "@bulkhead/plan";
import type { Sandbox } from "@bulkhead/sandbox";
import type { GroupFields, PolicyFields, UserFields } from "../fields.ts";
import { kinds } from "../model.ts";
import { policyArn } from "./iam.ts";

/** Lets the sandbox answer GetAccountAuthorizationDetails from creations, a thousand a page. */
export function answerAsApplied(sandbox: Sandbox, changes: readonly Change[]): void {
  const rows = changes.map(({ kind, after }) => {
    if (kind === kinds.user) return { list: "UserDetailList", member: userXml(after as UserFields) };
    if (kind === kinds.group) return { list: "GroupDetailList", member: groupXml(after as GroupFields) };
    return { list: "Policies", member: policyXml(after as PolicyFields) };
  });
  sandbox.faults.script("iam:GetAccountAuthorizationDetails", ({ input }) => {
    const start = Number(input["Marker"] ?? 0);
    const end = start + Number(input["MaxItems"]);
    const lists = ["UserDetailList", "GroupDetailList", "Policies"].map((list) => {
      const members = rows.slice(start, end).filter((row) => row.list === list);
      return element(list, members.map(({ member }) => element("member", member)).join(""));
    });
    const rest = end < rows.length ? element("IsTruncated", "true") + element("Marker", String(end)) : "";
    return { body: element("R", element("GetAccountAuthorizationDetailsResult", lists.join("") + rest)) };
  });
}

function userXml({ name, path, tags, groups, selfService }: UserFields): string {
  const tagList = Object.entries(tags).map(([key, value]) => element("Key", key) + element("Value", value));
  return [
    element("UserName", name),
    element("Path", path),
    list("Tags", tagList),
    list("GroupList", Object.keys(groups)),
    list("AttachedManagedPolicies", selfService ? [element("PolicyArn", policyArn("bulkhead-self-service"))] : []),
  ].join("");
}

function groupXml({ name, path, policies }: GroupFields): string {
  const attached = Object.keys(policies).map((policy) => element("PolicyArn", policyArn(policy)));
  return element("GroupName", name) + element("Path", path) + list("AttachedManagedPolicies", attached);
}

function policyXml({ name, path, document }: PolicyFields): string {
  const encoded = encodeURIComponent(JSON.stringify(document));
  return [
    element("Arn", policyArn(name)),
    element("Path", path),
    element("DefaultVersionId", "v1"),
    list("PolicyVersionList", [element("VersionId", "v1") + element("Document", encoded)]),
  ].join("");
}

function list(name: string, members: readonly string[]): string {
  return element(name, members.map((member) => element("member", member)).join(""));
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
