/** A consent: one destroying operation allowed on purpose, in one account and environment, for minutes. */

import { ACCOUNT_ID } from "./arn.ts";
import { EnvironmentError } from "./errors.ts";

const MAX_MINUTES = 60;
const MINUTE = 60_000;

export interface Consent {
  /** 12 digits. */
  readonly account: string;
  readonly environment: string;
  /** Service id and API operation: `S3:DeleteBucket`. */
  readonly operation: string;
  /** How long it holds: at most 60. */
  readonly minutes: number;
}

/**
 * What was consented to in this process, each as plain text that a person can read and write:
 * `222222222222/prod/S3:DeleteBucket/2026-11-22T12:30:00Z`.
 *
 * A consent guards against mistakes, not against malice: whoever can write one could as well call AWS without us. So it
 * has no signature, and there is no key to keep. Another process gets it in BULKHEAD_CONSENT (several with commas), which
 * its expiry makes useless when it is left behind.
 */
const given = new Set<string>();

/**
 * Allows one operation, from now on, in every client that `protect` guards in this process.
 * @returns the text to put in BULKHEAD_CONSENT of another process
 * @throws EnvironmentError `EnvDetect.BadConsent`
 */
export function consent({ account, environment, operation, minutes }: Consent): string {
  if (!(minutes > 0 && minutes <= MAX_MINUTES)) throw bad(`it must hold for 1 to ${MAX_MINUTES} minutes`);
  const text = [account, environment, operation, new Date(Date.now() + minutes * MINUTE).toISOString()].join("/");
  parse(text);
  given.add(text);
  return text;
}

/**
 * Whether the operation is allowed now.
 * @throws EnvironmentError `EnvDetect.BadConsent` when BULKHEAD_CONSENT isn't of its form, or holds for over an hour
 */
export function isConsented(
  wanted: { readonly account: string; readonly environment: string; readonly operation: string },
  env: NodeJS.ProcessEnv,
): boolean {
  const now = Date.now();
  const fromVariable = (env["BULKHEAD_CONSENT"] ?? "").split(",").filter((text) => text.trim() !== "");
  return [...given, ...fromVariable].some((text) => {
    const { account, environment, operation, until } = parse(text.trim());
    if (until <= now) {
      given.delete(text);
      return false;
    }
    if (until > now + MAX_MINUTES * MINUTE) throw bad(`it must not hold for over ${MAX_MINUTES} minutes`);
    return account === wanted.account && environment === wanted.environment && operation === wanted.operation;
  });
}

function parse(text: string): { account: string; environment: string; operation: string; until: number } {
  const [account = "", environment = "", operation = "", time = "", ...rest] = text.split("/");
  const until = Date.parse(time);
  const isWhole = ACCOUNT_ID.test(account) && environment !== "" && /^[\w ]+:\w+$/.test(operation);
  if (!isWhole || Number.isNaN(until) || rest.length > 0) throw bad(`"${text}" is not of its form`);
  return { account, environment, operation, until };
}

function bad(what: string): EnvironmentError {
  return new EnvironmentError(
    "EnvDetect.BadConsent",
    `This is no consent: ${what}.`,
    "Its form is account/environment/Service:Operation/time, as in 222222222222/prod/S3:DeleteBucket/2026-11-22T12:30:00Z.",
  );
}
