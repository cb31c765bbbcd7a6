/**
 * Trust policies: who may enter a role. Pure.
 *
 *   who                    | must
 *   -----------------------+------------------------------------------------------------------------------------------
 *   people                 | be IAM users of the identity account, have used MFA, and name the session after themselves
 *   roles of other accounts| be that very role; no MFA, as AWS doesn't carry it from one session into the next
 *   GitHub, GitLab         | bring a token for AWS whose subject is one of those given
 *   third parties          | say their external id
 *
 * Accounts are the principals, and conditions name their roles: a role as principal is kept by its hidden id, and one
 * that was deleted and made again wouldn't get in.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */

import type { Json, JsonObject } from "@bulkhead/core";
import type { RoleTrust } from "@bulkhead/landing-zone";
import { isObject } from "@bulkhead/plan";
import { oneOrList, policyDocument } from "../../policy-document.ts";
import { audience, isOidc, issuerOf, issuerOfArn, providerArn, type OidcTrust } from "./oidc.ts";

export interface TrustContext {
  /** 12 digits: the account that the role is in. */
  readonly accountId: string;
  /** 12 digits: the account that holds the IAM users. */
  readonly identityAccountId: string;
  readonly partition: string;
  idOf(account: string): string;
  /** The ARN of a role of the landing zone. */
  arnOf(account: string, role: string): string;
}

/** The trust policy of a role that people enter, and whoever else `trusts` lets in. */
export function trustPolicy(trusts: readonly RoleTrust[], context: TrustContext): JsonObject {
  return policyDocument([
    ...people(context),
    ...roles(trusts, context),
    ...tokens(trusts.filter(isOidc), context),
    ...thirdParties(trusts, context),
  ]);
}

/** The trust policy of a role that one account alone enters, by whom its own policies allow to. */
export function trustOfAccount(accountId: string, partition: string): JsonObject {
  return policyDocument([statement({ AWS: rootOf(accountId, partition) }, "sts:AssumeRole")]);
}

/** `${aws:username}` is nobody's but an IAM user's: roles of the identity account don't get in by these. */
function people({ identityAccountId, partition }: TrustContext): JsonObject[] {
  const principal = { AWS: rootOf(identityAccountId, partition) };
  return [
    statement(principal, "sts:AssumeRole", {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: { "sts:RoleSessionName": "${aws:username}" },
    }),
    // Not demanded, as the console can't set it; but nobody gives another's.
    statement(principal, "sts:SetSourceIdentity", { StringEquals: { "sts:SourceIdentity": "${aws:username}" } }),
  ];
}

function roles(trusts: readonly RoleTrust[], { idOf, arnOf, partition }: TrustContext): JsonObject[] {
  const byAccount = new Map<string, Set<string>>();
  for (const trust of trusts) {
    if (!("account" in trust)) continue;
    const id = idOf(trust.account);
    byAccount.set(id, (byAccount.get(id) ?? new Set()).add(arnOf(trust.account, trust.role)));
  }
  return [...byAccount].sort().flatMap(([id, arns]) => {
    const principal = { AWS: rootOf(id, partition) };
    const entrant = { ArnEquals: { "aws:PrincipalArn": oneOrList([...arns]) } };
    return [
      statement(principal, "sts:AssumeRole", entrant),
      // A source identity goes on into the next session, and may not be swapped on the way.
      statement(principal, "sts:SetSourceIdentity", {
        ...entrant,
        StringEqualsIfExists: { "sts:SourceIdentity": "${aws:SourceIdentity}" },
      }),
    ];
  });
}

function tokens(trusts: readonly OidcTrust[], { accountId, partition }: TrustContext): JsonObject[] {
  const issuers = [...new Set(trusts.map(issuerOf))].sort();
  return issuers.flatMap((issuer) => {
    const subjects = trusts.filter((trust) => issuerOf(trust) === issuer).map(({ subject }) => subject);
    const patterns = subjects.filter((subject) => subject.includes("*"));
    const exact = subjects.filter((subject) => !subject.includes("*"));
    const open = (conditions: JsonObject): JsonObject =>
      statement({ Federated: providerArn(issuer, accountId, partition) }, "sts:AssumeRoleWithWebIdentity", conditions);
    const forUs = { [`${issuer}:aud`]: audience };
    return [
      ...(exact.length === 0 ? [] : [open({ StringEquals: { ...forUs, [`${issuer}:sub`]: oneOrList(exact) } })]),
      ...(patterns.length === 0
        ? []
        : [open({ StringEquals: forUs, StringLike: { [`${issuer}:sub`]: oneOrList(patterns) } })]),
    ];
  });
}

function thirdParties(trusts: readonly RoleTrust[], { partition }: TrustContext): JsonObject[] {
  return trusts
    .flatMap((trust) => ("thirdParty" in trust ? [trust] : []))
    .map(({ thirdParty, externalId }) =>
      statement({ AWS: rootOf(thirdParty, partition) }, "sts:AssumeRole", {
        StringEquals: { "sts:ExternalId": externalId },
      }),
    );
}

function statement(Principal: JsonObject, Action: string, Condition?: JsonObject): JsonObject {
  return { Effect: "Allow", Principal, Action, ...(Condition && { Condition }) };
}

function rootOf(accountId: string, partition: string): string {
  return `arn:${partition}:iam::${accountId}:root`;
}

/** The issuers of the tokens that a trust policy of ours lets in. */
export function issuersOf(trust: Json | undefined): readonly string[] {
  const statements = isObject(trust) ? (trust["Statement"] as readonly JsonObject[]) : [];
  const arns = statements.flatMap(({ Principal }) => (isObject(Principal) ? [Principal["Federated"]] : []));
  return [...new Set(arns.flatMap((arn) => (typeof arn === "string" ? [issuerOfArn(arn)] : [])))];
}
