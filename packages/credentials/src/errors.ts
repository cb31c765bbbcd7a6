/** AWS's failures in words that say what to do, and the errors of access itself. */

import { BulkheadError } from "@bulkhead/core";

/** What was asked of whom when it failed. */
export interface CallSite {
  readonly service: string;
  readonly operation: string;
  /** Account id, where it is known. */
  readonly account: string;
  readonly region: string;
}

const expired = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const unknownKey = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
]);
const denied = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);
const throttled = new Set(["Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"]);
const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
]);

/** The name that AWS gave an error (`DuplicatePolicyException`), whether it is still raw or explained already. */
export function awsErrorName(error: unknown): string | undefined {
  const raw = error instanceof BulkheadError ? error.cause : error;
  return raw instanceof Error ? raw.name : undefined;
}

/** Whether nothing is known of what became of the call: AWS may have carried it out. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof BulkheadError)) return false;
  const serverFault = (error.cause as { $fault?: unknown } | undefined)?.$fault === "server";
  return serverFault || error.code === "Aws.Unreachable" || error.code === "Aws.NotAnAnswer";
}

/** Any failure of a call as one clear error; the raw one stays its cause. */
export function explainFailure(thrown: unknown, site: CallSite): BulkheadError {
  if (thrown instanceof BulkheadError || !(thrown instanceof Error)) return thrown as BulkheadError;
  const call = `${site.service} ${site.operation} in account ${site.account} (${site.region})`;
  const error = (code: string, message: string, next: string, fault: "aws" | "user" = "aws"): BulkheadError =>
    new BulkheadError({ code, fault, message, next, cause: thrown });

  if (thrown.name === "CredentialsProviderError" || thrown.name === "TokenProviderError") {
    return noCredentials(thrown);
  }
  if (expired.has(thrown.name)) {
    return error(
      "Credentials.Expired",
      `The AWS session has expired: ${call}.`,
      "Log in again and repeat the command.",
      "user",
    );
  }
  if (unknownKey.has(thrown.name)) {
    return error(
      "Credentials.Invalid",
      `AWS doesn't accept these credentials: ${call}: ${thrown.message}`,
      "Check the profile or the AWS_* variables.",
      "user",
    );
  }
  if (denied.has(thrown.name)) {
    return error(
      "Aws.AccessDenied",
      `No right to call ${call}: ${thrown.message}`,
      `Give the caller ${site.service.toLowerCase()}:${site.operation}, or start from credentials that have it.`,
      "user",
    );
  }
  if (throttled.has(thrown.name)) {
    return error(
      "Aws.Throttled",
      `AWS still throttles ${call} after all retries.`,
      "Wait a minute and run the command again.",
    );
  }
  if (isNetworkFailure(thrown)) {
    return error(
      "Aws.Unreachable",
      `No answer to ${call}: ${thrown.message}`,
      "Check the network, the region and AWS_ENDPOINT_URL, then run the command again: it goes on where it stopped.",
    );
  }
  if (!("$fault" in thrown)) {
    return error(
      "Aws.NotAnAnswer",
      `The answer to ${call} is not one of AWS: ${thrown.message}`,
      "Check AWS_ENDPOINT_URL and any proxy on the way.",
    );
  }
  return error(`Aws.${thrown.name}`, `${call} failed: ${thrown.message || thrown.name}`, "See AWS's message above.");
}

function isNetworkFailure(error: Error): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    error.name === "TimeoutError" ||
    (typeof code === "string" && unreachable.has(code)) ||
    /socket hang up/.test(error.message)
  );
}

export const noCredentials = (cause: Error): BulkheadError =>
  new BulkheadError({
    code: "Credentials.None",
    fault: "user",
    message: `There are no AWS credentials to start from: ${cause.message}`,
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
