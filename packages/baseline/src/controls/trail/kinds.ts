/** What the kinds of the trail have in common: their sentences, and the roles that must come first. */

import type { JsonObject } from "@bulkhead/core";
import { changeId, type Action, type ObjectName } from "@bulkhead/plan";
import { global } from "../../scopes.ts";
import { roleKind } from "../roles/model.ts";
import { principalRoles } from "./policies.ts";

/** What the field means, for the reference. */
export const alterableBy = "accounts of the file whose administrators could alter it, by an evaluation of its policy";

/** What happens; where the policy is open, to whom. */
export function sentence(
  what: string,
  action: Action | "unmanaged",
  { name, account }: ObjectName,
  before: JsonObject | null,
): string {
  if (action === "create") return `create ${what} ${name} in ${account}`;
  const open = before?.["alterableBy"];
  const hole =
    Array.isArray(open) && open.length > 0 ? `: as it is, administrators of ${open.join(", ")} can alter it` : "";
  return `put right ${what} ${name} in ${account}${hole}`;
}

/** The auditors' roles in the same account: a policy can't name a role that isn't there. */
export function auditorsOf({ account }: ObjectName, after: JsonObject | null): readonly string[] {
  return principalRoles(after?.["policy"]).map((arn) =>
    changeId({ account, region: global, kind: roleKind, name: arn.slice(arn.lastIndexOf("/") + 1) }),
  );
}
