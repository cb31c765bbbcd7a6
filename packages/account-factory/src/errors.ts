/** The errors of the account factory. */

import { BulkheadError } from "@bulkhead/core";
import type { FoundAccount } from "./model.ts";

export const notTheManagementAccount = (meant: string, found: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.NotTheManagementAccount",
    fault: "user",
    message: `The landing zone file names ${meant} as the management account, but the organization's is ${found}.`,
    next: "Use credentials of the right organization, or mend organization.managementAccountId.",
  });

export const unknownAccountId = (name: string, id: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.UnknownId",
    fault: "user",
    message: `The account ${name} has the id ${id} in the file, but no such account is in the organization.`,
    next: "Mend the id, or invite the account into the organization first.",
  });

export const ambiguousAccount = (name: string, by: string, found: readonly FoundAccount[]): BulkheadError =>
  new BulkheadError({
    code: "Accounts.Ambiguous",
    fault: "user",
    message: `More than one account in the organization has the ${by} of ${name}: ${found.map(({ id }) => id).join(", ")}.`,
    next: `Say which one it is: give the account ${name} its id in the file.`,
  });

export const claimedTwice = (id: string, names: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Accounts.ClaimedTwice",
    fault: "user",
    message: `The account ${id} in the organization fits more than one account of the file: ${names.join(", ")}.`,
    next: "Give each of them its own id or email in the file.",
  });

/** What AWS's reasons for a failed creation mean, from the API Reference's page on CreateAccountStatus. */
const failures: Readonly<Record<string, string>> = {
  ACCOUNT_LIMIT_EXCEEDED:
    "Ask AWS for a higher number of accounts (Service Quotas, AWS Organizations); closed ones count for 90 days.",
  EMAIL_ALREADY_EXISTS:
    "Another AWS account has this address, maybe a closed one. Give the account another email in the file.",
  INVALID_EMAIL: "Mend the account's email in the file.",
  INVALID_ADDRESS: "Mend the address of the management account: AWS copies it.",
  CONCURRENT_ACCOUNT_MODIFICATION: "AWS is creating this account already. Run the command again in a few minutes.",
  INTERNAL_FAILURE: "Run the command again; if it stays so, ask AWS Support.",
  MISSING_PAYMENT_INSTRUMENT: "Give the management account a valid payment method.",
  INVALID_PAYMENT_INSTRUMENT: "Give the management account a valid payment method.",
};

export const creationFailed = (name: string, email: string, reason: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.CreationFailed",
    fault: "aws",
    message: `AWS didn't create the account ${name} (${email}): ${reason}`,
    next: failures[reason] ?? "See CreateAccountStatus in the AWS Organizations API Reference.",
  });

export const creationUnanswered = (name: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Accounts.CreationUnanswered",
    fault: "aws",
    message: `AWS's answer to the creation of ${name} was lost, and no request of that name shows yet. It was not sent again.`,
    next: "Run the command again in a minute: it finds the account if AWS is making it.",
    cause,
  });

export const missingUnit = (path: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.MissingUnit",
    fault: "user",
    message: `The organizational unit ${path} is gone since the plan was made.`,
    next: "Plan again.",
  });

export const missingPolicy = (name: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.MissingPolicy",
    fault: "user",
    message: `The service control policy ${name} is gone since the plan was made.`,
    next: "Plan again.",
  });

export const policyMadeMeanwhile = (name: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.PolicyMadeMeanwhile",
    fault: "user",
    message: `Somebody has made a service control policy ${name} with another content since the plan was made.`,
    next: "Plan again: the plan will show what differs.",
  });

export const renameRefused = (name: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Accounts.RenameRefused",
    fault: "user",
    message: `AWS refused to rename the account to ${name}.`,
    next: "Renaming needs trusted access: aws organizations enable-aws-service-access --service-principal account.amazonaws.com",
    cause,
  });

export const patternInvalid = (pattern: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.PatternInvalid",
    fault: "user",
    message: `The pattern ${pattern} lacks {team} or {environment}.`,
    next: "A pattern says how accounts are named: --pattern '{team}-{environment}'",
  });

export const nothingToAdopt = (account: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.NothingToAdopt",
    fault: "user",
    message: `Account ${account} has no organization to adopt.`,
    next: "Write a first landing zone file with `bulkhead init`.",
  });

export const billingOnly = (account: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.BillingOnly",
    fault: "user",
    message: `The organization of ${account} shares bills only: it has no organizational units or policies to manage.`,
    next: "Enable all features in the AWS console (every account has to agree to it), then adopt.",
  });

export const adoptedFileExists = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Accounts.AdoptedFileExists",
    fault: "user",
    message: "There is such a file already. Nothing was written.",
    next: "Name another one with --file, in a folder of its own.",
    where: { file },
  });

export const adoptionIncomplete = (differing: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Accounts.AdoptionIncomplete",
    fault: "internal",
    message: `The file wouldn't say what the organization is, so it wasn't written: ${differing.slice(0, 5).join("; ")}`,
    next: "This is a defect of Bulkhead: please report it with the names of the accounts or units concerned.",
  });
