/** The errors of the sync from a directory to IAM. */

import { BulkheadError } from "@bulkhead/core";

export const noUsers = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Users.NotConfigured",
    fault: "user",
    message: "The landing zone file says nothing about users.",
    next: "Add `users:` with the directory that people come from; see the README of @bulkhead/ldap-iam-sync.",
    where: { file },
  });

export const identityAccountUnknown = (account: string): BulkheadError =>
  new BulkheadError({
    code: "Users.IdentityAccountUnknown",
    fault: "user",
    message: `The account ${account}, which holds the users, has no id yet.`,
    next: "Make it with `bulkhead accounts apply`, or bring the lock file up to date with `bulkhead refresh`.",
  });

export const nameTaken = (kind: string, name: string): BulkheadError =>
  new BulkheadError({
    code: "Users.NameTaken",
    fault: "user",
    message: `IAM has another ${kind} named ${name} already; capital letters don't make another name.`,
    next: "Plan again: the plan will show who has the name, and what to do.",
  });

export const notConfirmed = (user: string, doubt: string): BulkheadError =>
  new BulkheadError({
    code: "Users.LeaverNotConfirmed",
    fault: "user",
    message: `It isn't sure that ${user} has left: ${doubt}. Nothing was taken away.`,
    next: "Plan again.",
  });

export const groupInUse = (name: string, held: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Users.GroupInUse",
    fault: "user",
    message: `The group ${name} holds what isn't Bulkhead's: ${held.join(", ")}. It was left as it is.`,
    next: "Take that out of the group, then plan again.",
  });

export const tooManyPolicies = (user: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Users.TooManyPolicies",
    fault: "user",
    message: `${user} has as many policies as IAM takes, so the one that denies everything couldn't be attached. Keys and password are closed; sessions that are open go on.`,
    next: "Detach a policy from the user, then run the command again.",
    cause,
  });

export const policyInUse = (name: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Users.PolicyInUse",
    fault: "user",
    message: `The policy ${name} is still attached to something that isn't Bulkhead's.`,
    next: `Detach it there (aws iam list-entities-for-policy tells where), then run the command again.`,
    cause,
  });

export const auditLogUnwritable = (file: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Users.AuditLogUnwritable",
    fault: "user",
    message: `The audit log can't be written: ${String((cause as { code?: unknown }).code ?? cause)}. Nothing more is changed.`,
    next: "Make users.auditLog a file in a folder that exists and that you may write to.",
    where: { file },
    cause,
  });
