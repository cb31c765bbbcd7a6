/** The objects of the control `roles`: the names of their kinds, and the shape of a role's fields. */

import type { JsonObject } from "@bulkhead/core";

export const roleKind = "role";
export const providerKind = "oidc-provider";

/** A role as changes show it; all of it is declared. */
export interface RoleFields extends JsonObject {
  /** The IAM path, which can't be changed in place. */
  readonly path: string;
  /** The trust policy. */
  readonly trust: JsonObject;
  readonly maxSessionSeconds: number;
  /** ARNs, sorted. */
  readonly managedPolicies: readonly string[];
  /** Sorted by name. */
  readonly inlinePolicies: readonly InlinePolicy[];
  /** ARN, or null for none. */
  readonly permissionsBoundary: string | null;
  readonly tags: { readonly [key: string]: string };
}

export interface InlinePolicy extends JsonObject {
  readonly name: string;
  readonly document: JsonObject;
}

/** What stands as the identity provider of an account, by its host and path. */
export interface ProviderFields extends JsonObject {
  /** Each audience that tokens may be for, as a key. */
  readonly audiences: { readonly [audience: string]: true };
}
