/** The fields in which users, groups and policies are compared, read from what IAM has: the same for planning and applying. */

import type { JsonObject } from "@bulkhead/core";
import {
  keysTag,
  leaverPolicy,
  leftTag,
  selfServicePolicy,
  type FoundGroup,
  type FoundPolicy,
  type FoundUser,
  type PolicyDocument,
} from "./model.ts";

/**
 * A user: whole when created or compared. A leaver's changes declare fewer:
 * an update to `left` has name, path, tags (`bulkhead:person` only), denied and left; a delete name, path, tags (likewise) and left, which stay as
 * they are until the user is gone.
 */
export type UserFields = {
  readonly name: string;
  readonly path: string;
  /** Tags by key; keys that the change doesn't declare are left alone. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the user is in each of the groups that the change speaks of. */
  readonly groups: Readonly<Record<string, boolean>>;
  /** Whether `bulkhead-self-service` is attached. */
  readonly selfService: boolean;
  /** Whether `bulkhead-left` is attached, or should be: keys were switched off, and IAM took no policy more. */
  readonly denied: boolean;
  /** The day in the tag `bulkhead:left`, or null without it: set last of all when somebody leaves. */
  readonly left: string | null;
};

/** A group; its delete declares name and path only. */
export type GroupFields = {
  readonly name: string;
  readonly path: string;
  /** Whether each of our policies that the change speaks of is attached. */
  readonly policies: Readonly<Record<string, boolean>>;
};

/** A managed policy; its delete declares name and path only. */
export type PolicyFields = {
  readonly name: string;
  readonly path: string;
  readonly document: JsonObject;
};

/**
 * @param path ours, as the file gives it: where `bulkhead-self-service` and `bulkhead-left` stand
 * @param groups the groups to speak of
 */
export function userFields(
  { name, path, tags, groups: found, policies }: FoundUser,
  ours: { readonly path: string; readonly groups: Iterable<string> },
): UserFields {
  const attached = new Set(policyNames(policies, ours.path));
  const left = tags[leftTag] ?? null;
  return {
    name,
    path,
    tags,
    groups: Object.fromEntries([...ours.groups].map((group) => [group, found.includes(group)])),
    selfService: attached.has(selfServicePolicy),
    denied: attached.has(leaverPolicy) || (left === null && tags[keysTag] !== undefined),
    left,
  };
}

/**
 * @param ours.path as the file gives it
 * @param ours.policies names of the policies to speak of
 */
export function groupFields(
  { name, path, policies }: Omit<FoundGroup, "inlinePolicies">,
  ours: { readonly path: string; readonly policies: Iterable<string> },
): GroupFields {
  const attached = new Set(policyNames(policies, ours.path));
  return {
    name,
    path,
    policies: Object.fromEntries([...ours.policies].map((policy) => [policy, attached.has(policy)])),
  };
}

export function policyFields({ name, path, document }: Omit<FoundPolicy, "arn">): PolicyFields {
  return { name, path, document: document as JsonObject };
}

export function documentFields(document: PolicyDocument): JsonObject {
  return document as unknown as JsonObject;
}

/** Names of the customer managed policies at our path, among ARNs such as `arn:aws:iam::111111111111:policy/people/bulkhead-left`. */
export function policyNames(arns: readonly string[], path: string): readonly string[] {
  return arns.flatMap((arn) => {
    const resource = /^arn:[\w-]+:iam::\d{12}:policy(\/.*)$/.exec(arn)?.[1];
    return resource?.startsWith(path) && !resource.slice(path.length).includes("/")
      ? [resource.slice(path.length)]
      : [];
  });
}
