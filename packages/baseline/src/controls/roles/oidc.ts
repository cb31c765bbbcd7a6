/** The identity providers whose tokens open roles: their addresses, and their ARNs in an account. */

import type { RoleTrust } from "@bulkhead/landing-zone";

export type OidcTrust = Extract<RoleTrust, { oidc: string }>;

/** What tokens must be for. */
export const audience = "sts.amazonaws.com";

/**
 * The issuer without its `https://`: so AWS names the provider and its condition keys.
 * https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 */
export function issuerOf(trust: OidcTrust): string {
  return trust.oidc === "github" ? "token.actions.githubusercontent.com" : trust.url.replace("https://", "");
}

export function providerArn(issuer: string, accountId: string, partition: string): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
}

/** The issuer in a provider's ARN. */
export function issuerOfArn(arn: string): string {
  return arn.slice(arn.indexOf(":oidc-provider/") + ":oidc-provider/".length);
}

export function isOidc(trust: RoleTrust): trust is OidcTrust {
  return "oidc" in trust;
}
