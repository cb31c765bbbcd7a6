/** The refusal: nothing goes on unless this is the environment that was meant. */

import { ACCOUNT_ID } from "./arn.ts";
import { detectEnvironment } from "./detect.ts";
import { EnvironmentError } from "./errors.ts";
import type { DetectOptions, Environment, Fact } from "./model.ts";

export interface Expectation {
  /** The environment's name, as the lock file or the account's mark has it. */
  readonly environment?: string | undefined;
  /** 12 digits, or the account's name. */
  readonly account?: string | undefined;
  /** The region that calls must go to. */
  readonly region?: string | undefined;
}

export interface RequireOptions extends DetectOptions {
  /** What can't be known refuses, unless this says `allow`. What is known to be wrong always refuses. */
  readonly unknown?: "refuse" | "allow" | undefined;
}

/**
 * Detects the environment, and throws unless it is the expected one. A mere hint never satisfies.
 * With `prove`, nothing less than AWS's own word for the account does.
 * @throws EnvironmentError `EnvDetect.WrongAccount`, `.WrongEnvironment`, `.WrongRegion`; `.NoAnswer` and `.Unnamed` when
 * it can't be known; and what `detectEnvironment` throws
 */
export async function requireEnvironment(expected: Expectation, options: RequireOptions = {}): Promise<Environment> {
  const detected = await detectEnvironment(options);
  check(expected, detected, options);
  return detected;
}

/** The comparison alone, for an environment that was detected already. */
export function check(
  expected: Expectation,
  detected: Environment,
  options: Pick<RequireOptions, "unknown" | "prove"> = {},
): void {
  checkAccount(expected, detected);
  checkEnvironment(expected, detected);
  checkRegion(expected, detected);
  if (options.unknown !== "allow") checkKnown(expected, detected, options.prove ?? false);
}

function checkAccount({ account }: Expectation, detected: Environment): void {
  const actual = account !== undefined && ACCOUNT_ID.test(account) ? detected.account : detected.accountName;
  if (account === undefined || actual.value === undefined || actual.value === account) return;
  throw new EnvironmentError(
    "EnvDetect.WrongAccount",
    `Account ${account} is required, but this is ${describe(detected)}.`,
    "Switch to the credentials of the account that was meant.",
  );
}

function checkEnvironment({ environment }: Expectation, detected: Environment): void {
  const actual = detected.environment.value;
  if (environment === undefined || actual === undefined || actual === environment) return;
  throw new EnvironmentError(
    "EnvDetect.WrongEnvironment",
    `${environment} is required, but this is ${actual}: ${describe(detected)}.`,
    `Switch to credentials of ${environment}, or require ${actual} if that is what was meant.`,
  );
}

/** Each configured region counts: AWS_REGION and AWS_DEFAULT_REGION are read by different SDKs. */
function checkRegion({ region }: Expectation, { region: actual }: Environment): void {
  if (region === undefined) return;
  const configured = actual.evidence.filter(({ side }) => side === "configuration");
  const wrong = (configured.length > 0 ? configured : actual.evidence).find(({ value }) => value !== region);
  if (wrong === undefined) return;
  throw new EnvironmentError(
    "EnvDetect.WrongRegion",
    `Region ${region} is required, but this is ${wrong.value}, by ${wrong.source}.`,
    `Set AWS_REGION and AWS_DEFAULT_REGION to ${region}.`,
  );
}

function checkKnown({ environment, account, region }: Expectation, detected: Environment, prove: boolean): void {
  const wanted = environment ?? (account === undefined ? undefined : `Account ${account}`);
  if (wanted !== undefined && (!isKnown(detected.account) || (prove && detected.account.trust !== "proof"))) {
    const { value, evidence } = detected.account;
    const sources = evidence.map(({ source }) => source).join(" and ");
    const known = value === undefined ? "is not known" : `is ${value} only by ${sources}, which is not enough`;
    throw new EnvironmentError(
      "EnvDetect.NoAnswer",
      `${wanted} is required, but the account ${known}.`,
      advice(detected),
    );
  }
  const names = [
    ...(environment === undefined ? [] : [detected.environment]),
    ...(account === undefined || ACCOUNT_ID.test(account) ? [] : [detected.accountName]),
  ];
  if (!names.every(isKnown)) {
    throw new EnvironmentError(
      "EnvDetect.Unnamed",
      `${wanted ?? ""} is required, but nothing says what ${describe(detected)} is.`,
      `Add it to bulkhead.lock.json (\`bulkhead refresh\`), give \`accounts\`, or write the SSM parameter /bulkhead/account in it.${silence(detected)}`,
    );
  }
  if (region !== undefined && !isKnown(detected.region)) {
    throw new EnvironmentError(
      "EnvDetect.NoAnswer",
      `Region ${region} is required, but none is set.`,
      "Set AWS_REGION.",
    );
  }
}

const isKnown = (fact: Fact<unknown>): boolean => fact.value !== undefined && fact.trust !== "hint";

function advice(detected: Environment): string {
  return detected.unanswered.length === 0
    ? "Are credentials set (AWS_PROFILE, AWS_ACCESS_KEY_ID)?"
    : silence(detected).trim();
}

function silence({ unanswered }: Environment): string {
  return unanswered.map(({ source, reason }) => ` ${source}: ${reason}.`).join("");
}

function describe({ account, accountName, environment }: Environment): string {
  const id = account.value === undefined ? "an unknown account" : `account ${account.value}`;
  const name = accountName.value === undefined ? "" : ` (${accountName.value})`;
  const sources = new Set([account, accountName, environment].flatMap(bestSource));
  return `${id}${name}, by ${[...sources].join(" and ")}`;
}

/** The others would only lengthen the sentence. */
function bestSource<T>({ value, trust, evidence }: Fact<T>): string[] {
  const best = evidence.find((one) => one.value === String(value) && one.trust === trust) ?? evidence[0];
  return best === undefined ? [] : [best.source];
}
