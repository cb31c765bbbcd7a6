/** AWS's failures in words that say what to do, and the errors of access itself. */

import { asBulkheadError, BulkheadError, type Fault } from "@bulkhead/core";

/** What was asked of whom when it failed. */
export interface CallSite {
  readonly service: string;
  /** The service as IAM names it in rights, where it is known. */
  readonly prefix?: string;
  readonly operation: string;
  /** Account id, where it is known. */
  readonly account?: string;
  readonly region: string;
}

const expired = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const notAccepted = new Set([
  "AuthFailure",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const denied = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);
const throttled = new Set([
  "EC2ThrottledException",
  "PriorRequestNotComplete",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/** The name that AWS gave an error (`DuplicatePolicyException`), whether it is still raw or explained already. */
export function awsErrorName(error: unknown): string | undefined {
  const raw = error instanceof BulkheadError ? error.cause : error;
  return raw instanceof Error ? raw.name : undefined;
}

/** Whether AWS refused the call for its rate; then it has done nothing. */
export function isThrottled(error: unknown): boolean {
  const raw = error instanceof BulkheadError ? error.cause : error;
  const status = (raw as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  return status === 429 || throttled.has(awsErrorName(error) ?? "");
}

/** Whether nothing is known of what became of the call: AWS may have carried it out. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof BulkheadError)) return false;
  const serverFault = (error.cause as { $fault?: unknown } | undefined)?.$fault === "server";
  return serverFault || error.code === "Aws.Unreachable" || error.code === "Aws.NotAnAnswer";
}

/**
 * Any failure of a call as one clear error; the raw one stays its cause.
 * @param sent whether a request left this process: what became of it is unknown then, unless there is an answer
 */
export function explainFailure(thrown: unknown, site: CallSite, sent = true): Error {
  if (thrown instanceof BulkheadError || isAbort(thrown)) return thrown;
  if (!(thrown instanceof Error)) return asBulkheadError(thrown);
  if (thrown.name === "CredentialsProviderError" || thrown.name === "TokenProviderError") return noCredentials(thrown);
  if ("$fault" in thrown) return explainRefusal(thrown, site);
  if (!sent) {
    return callFailed("Aws.NotSent", thrown, {
      fault: "user",
      message: `${describe(site)} couldn't be sent: ${reasonOf(thrown)}`,
      next: "Check the region and AWS_ENDPOINT_URL.",
    });
  }
  // The SDK keeps the response with whatever it couldn't make sense of, and with an answer that broke off.
  if ("$response" in thrown && !isNetworkFailure(thrown)) return notAnAnswer(site, thrown);
  return callFailed("Aws.Unreachable", thrown, {
    message: `No answer to ${describe(site)}: ${reasonOf(thrown)}`,
    next: "Check the network, the region and AWS_ENDPOINT_URL, then run the command again: it goes on where it stopped.",
  });
}

/** AWS answered, and said no. */
function explainRefusal(refusal: Error, site: CallSite): BulkheadError {
  const call = describe(site);
  const { name } = refusal;
  if (expired.has(name)) {
    return callFailed("Credentials.Expired", refusal, {
      fault: "user",
      message: `The AWS session has expired: ${call}.`,
      next: "Log in again and repeat the command.",
    });
  }
  if (notAccepted.has(name)) {
    // AWS answers a wrong signature with the request that it expected, session token and all: it goes no further.
    const cause = Object.assign(new Error(reasonOf(refusal)), { name });
    return callFailed("Credentials.Invalid", cause, {
      fault: "user",
      message: `AWS doesn't accept these credentials: ${call}: ${cause.message}`,
      next: "Check the profile or the AWS_* variables.",
    });
  }
  if (denied.has(name)) {
    return callFailed("Aws.AccessDenied", refusal, {
      fault: "user",
      message: `No right to call ${call}: ${refusal.message}`,
      next: `Give the caller ${rightTo(site)}, or start from credentials that have it.`,
    });
  }
  if (isThrottled(refusal)) {
    return callFailed("Aws.Throttled", refusal, {
      message: `AWS still throttles ${call} after all retries.`,
      next: "Wait a minute and run the command again.",
    });
  }
  // The SDK's name for a refusal without a code: every one of AWS has a code, a proxy's page has none.
  if (name === "Unknown") return notAnAnswer(site, refusal);
  return callFailed(`Aws.${name}`, refusal, {
    message: `${call} failed: ${refusal.message || name}`,
    next: "See AWS's message above.",
  });
}

function callFailed(
  code: string,
  cause: Error,
  { fault = "aws", message, next }: { fault?: Fault; message: string; next: string },
): BulkheadError {
  return new BulkheadError({ code, fault, message, next, cause });
}

function describe({ service, operation, account, region }: CallSite): string {
  return `${service} ${operation} ${account === undefined ? "" : `in account ${account} `}(${region})`;
}

function rightTo({ prefix, operation }: CallSite): string {
  return prefix === undefined ? "this right" : `${prefix}:${operation}`;
}

/** The first line says it; the SDK and AWS add hints for programmers below. */
function reasonOf(error: Error): string {
  // Node has no message where it tried several addresses, only a code.
  return error.message.split("\n")[0] || String((error as NodeJS.ErrnoException).code ?? error.name);
}

function isNetworkFailure(error: Error): boolean {
  return error.name === "TimeoutError" || "code" in error;
}

export function isAbort(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === "AbortError";
}

export const notAnAnswer = (site: CallSite, cause: Error): BulkheadError =>
  callFailed("Aws.NotAnAnswer", cause, {
    message: `The answer to ${describe(site)} is not one of AWS: ${reasonOf(cause)}`,
    next: "Check AWS_ENDPOINT_URL and any proxy on the way.",
  });

export const noCredentials = (cause: Error, profile?: string): BulkheadError =>
  new BulkheadError({
    code: "Credentials.None",
    fault: "user",
    message: `There are no AWS credentials to start from${profile ? ` in profile ${profile}` : ""}: ${reasonOf(cause)}`,
    next: "Log in (`aws sso login`, say), or set AWS_PROFILE or --profile.",
    cause,
  });

export const wrongAccount = (meant: string, found: string, arn: string): BulkheadError =>
  new BulkheadError({
    code: "Credentials.WrongAccount",
    fault: "user",
    message: `The credentials belong to account ${found} (${arn}), but account ${meant} is meant. Nothing was changed.`,
    next: `Use credentials of account ${meant}, or mend the id in the landing zone file.`,
  });

export const cannotEnter = (account: string, roleArn: string, cause: Error): BulkheadError =>
  new BulkheadError({
    code: "Credentials.CannotEnter",
    fault: "user",
    message: `Account ${account} can't be entered as ${roleArn}: ${cause.message}`,
    next: "Check that the account is active, that the role exists there and that it trusts the caller.",
    cause,
  });

export const leaseHeld = (owner: string, host: string, until: Date): BulkheadError =>
  new BulkheadError({
    code: "Credentials.LeaseHeld",
    fault: "user",
    message: `Another run is at work: ${owner} on ${host}. Nothing was changed.`,
    next: `Wait for it to end. If it has died, its lease runs out at ${until.toISOString()} by itself.`,
  });

export const leaseLost = (how: string): BulkheadError =>
  new BulkheadError({
    code: "Credentials.LeaseLost",
    fault: "user",
    message: `The lease was lost: ${how}. Nothing more is written.`,
    next: "Run the command again: it goes on where it stopped.",
  });

export const leaseUnreadable = (parameter: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Credentials.LeaseUnreadable",
    fault: "user",
    message: `The SSM parameter ${parameter} is not a lease that Bulkhead wrote.`,
    next: "Find out who made it, and delete it.",
    cause,
  });
