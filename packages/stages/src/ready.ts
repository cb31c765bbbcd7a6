/**
 * Waiting for a new account. For minutes, at times hours, parts of AWS refuse what they will allow later
 * (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_create.html).
 */

import { asBulkheadError, type Report } from "@bulkhead/core";
import { awsErrorName, growingPauses, outwait } from "@bulkhead/credentials";

/** What AWS says while an account isn't ready yet. */
const refusals: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "OptInRequired",
  "PendingVerification",
  "SubscriptionRequiredException",
  "UnauthorizedOperation",
  "UnrecognizedClientException",
]);

/** Milliseconds: the first pause, the longest one, and how long in all. */
const usualPatience = { first: 5_000, longest: 60_000, total: 900_000 };

export interface ReadinessOptions {
  /** Whether the account was made by this very run: only then may a refusal be one of newness. */
  readonly isNew: (account: string) => boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly patience?: typeof usualPatience;
}

export interface Readiness {
  /** Whether the account was made by this very run. */
  isNew(account: string): boolean;
  /** Does the work; in a new account again and again, with growing pauses, until AWS no longer refuses for its newness. */
  patiently<T>(account: string, work: () => Promise<T>): Promise<T>;
}

export function createReadiness({ isNew, report, signal, patience = usualPatience }: ReadinessOptions): Readiness {
  /** What was reported last, by account: many wait for the same. */
  const reported = new Map<string, string>();
  const tell = (account: string, reason: string): void => {
    if (reported.get(account) === reason) return;
    reported.set(account, reason);
    report({ type: "waiting", subject: account, reason });
  };
  return {
    isNew,
    patiently: (account, work) =>
      outwait(work, {
        reasonToWait: (error) =>
          isNew(account) && isRefusal(error)
            ? `the new account isn't ready yet: ${asBulkheadError(error).message}`
            : undefined,
        pauses: growingPauses(patience),
        tell: (reason) => tell(account, reason),
        signal,
      }),
  };
}

function isRefusal(error: unknown): boolean {
  return refusals.has(awsErrorName(error) ?? "") || asBulkheadError(error).code === "Credentials.CannotEnter";
}
