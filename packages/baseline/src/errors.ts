/** The errors of the baseline. */

import { BulkheadError, suggest } from "@bulkhead/core";

export const accountUnknown = (account: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.AccountUnknown",
    fault: "user",
    message: `The id of the account ${account} isn't known: it doesn't exist yet, or the lock file lacks it.`,
    next: "Apply the accounts first (`bulkhead apply`), or run `bulkhead refresh`.",
  });

/** @param status `DISABLED`, `ENABLING` or `DISABLING` */
export const regionNotEnabled = (account: string, region: string, status: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.RegionNotEnabled",
    fault: "user",
    message: `The region ${region} isn't enabled in the account ${account}: it is ${status}.`,
    next: "Enable it there (AWS Account Management: EnableRegion, which takes minutes), or take it out of organization.regions.",
  });

export const unknownChoice = (flag: string, name: string, known: readonly string[]): BulkheadError => {
  const meant = suggest(name, known);
  return new BulkheadError({
    code: "Baseline.UnknownChoice",
    fault: "user",
    message: `--${flag} names "${name}", which isn't there.`,
    next: meant === undefined ? `There are: ${known.join(", ")}` : `Is ${meant} meant?`,
  });
};

export const placeholderEmpty = (what: string, account: string, placeholder: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.PlaceholderEmpty",
    fault: "user",
    message: `${what} has {${placeholder}} in it, but the account ${account} has no ${placeholder}.`,
    next: `Give the account its ${placeholder}, except it (baseline.exceptions), or use {account} alone.`,
  });

export const aliasInvalid = (alias: string, account: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.AliasInvalid",
    fault: "user",
    message: `"${alias}", the alias of ${account}, is none that AWS takes.`,
    next: "An alias has 3 to 63 lowercase letters, digits and single hyphens, with no hyphen at either end.",
  });

export const aliasTaken = (alias: string, account: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Baseline.AliasTaken",
    fault: "user",
    message: `The alias ${alias} of ${account} belongs to another AWS account: aliases are unique in all of AWS.`,
    next: "Choose another baseline.accountAlias.",
    cause,
  });
