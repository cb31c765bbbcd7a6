/** A guard in an AWS SDK v3 client: calls to another account, and calls that destroy, don't leave the process. */

import { REGION } from "./arn.ts";
import { AWS_MS, getCallerIdentity } from "./aws.ts";
import { isConsented } from "./consent.ts";
import { destroys, nameOf } from "./destroying.ts";
import { EnvironmentError } from "./errors.ts";
import { NoAnswerError, deadline } from "./http.ts";
import type { AccountNaming } from "./findings.ts";
import type { AccountMap, Call, Credentials } from "./model.ts";
import { namingsOf, readMaps } from "./sources/names.ts";
import { ownSurroundings } from "./surroundings.ts";

export interface ProtectRules {
  /** 12 digits: calls reach this account or none. This or `environment` must be given. */
  readonly account?: string | undefined;
  /** Calls reach accounts of this environment or none; which those are, the maps say. */
  readonly environment?: string | undefined;
  /** Names of accounts, compiled into the program; taken beside the lock file. */
  readonly accounts?: AccountMap | undefined;
  /** The lock file; by default `bulkhead.lock.json` in the working directory or the nearest folder above it. */
  readonly lockFile?: string | undefined;
  /** Whether destroying calls need a consent. By default what the maps say; an account they don't know is protected. */
  readonly protected?: boolean | undefined;
  /** Decides whether a call destroys, where it returns a boolean; else the built-in rule does. */
  readonly destroying?: ((call: Call) => boolean | undefined) | undefined;
}

/** What `protect` needs of a client; every client of the AWS SDK v3 has it. */
export interface ProtectableClient {
  readonly config: {
    readonly serviceId?: string | undefined;
    readonly credentials?: (() => Promise<Credentials>) | undefined;
    readonly region: () => Promise<string>;
  };
  /** Each client types its steps by its own inputs; that ours fits all of them is for us to see to. */
  readonly middlewareStack: { add(middleware: never, options: never): void };
}

type Handler = (args: { input: object }) => Promise<unknown>;
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;

/**
 * Guards a client, and returns it. Each call is checked before it is built, signed or sent; the account is the one that
 * STS answers for the client's own credentials, asked once for each access key.
 * @throws EnvironmentError here: `EnvDetect.Usage`, `EnvDetect.BadMap`; from each guarded call: `EnvDetect.WrongAccount`,
 * `EnvDetect.WrongEnvironment`, `EnvDetect.Unnamed`, `EnvDetect.NoAnswer`, `EnvDetect.Protected`, `EnvDetect.BadConsent`
 */
export function protect<Client extends ProtectableClient>(client: Client, rules: ProtectRules): Client {
  if (rules.account === undefined && rules.environment === undefined) {
    throw new EnvironmentError(
      "EnvDetect.Usage",
      "protect() needs the account or the environment that calls may reach.",
    );
  }
  const maps = readMaps(ownSurroundings(), rules);
  const guard: Middleware = (next, context) => async (args) => {
    const call: Call = {
      service: client.config.serviceId ?? "AWS",
      operation: (context.commandName ?? "").replace(/Command$/, ""),
      input: args.input as Call["input"],
    };
    const account = await accountOf(client, call);
    const namings = namingsOf(maps, account);
    // Of maps that disagree, the one that refuses is believed.
    const naming = namings.find(({ environment }) => environment !== rules.environment) ?? namings[0];
    refuseStranger(call, account, naming, rules);
    const isProtected = rules.protected ?? (namings.length === 0 || namings.some((one) => one.protected));
    if (isProtected && (rules.destroying?.(call) ?? destroys(call))) refuseWithoutConsent(call, account, naming, rules);
    return await next(args);
  };
  // Before all other steps: nothing is serialized or looked up for a call that will be refused.
  const stack = client.middlewareStack as { add(middleware: Middleware, options: object): void };
  stack.add(guard, { name: "bulkheadProtect", step: "initialize", priority: "high" });
  return client;
}

function refuseStranger(call: Call, account: string, naming: AccountNaming | undefined, rules: ProtectRules): void {
  const sentence = (expected: string): string =>
    `${nameOf(call)} was not sent: its account must be ${expected}, but the client's credentials are of ${describe(account, naming)}.`;
  if (rules.account !== undefined && rules.account !== account) {
    throw new EnvironmentError(
      "EnvDetect.WrongAccount",
      sentence(rules.account),
      "Give the client the right credentials.",
    );
  }
  if (rules.environment === undefined || naming?.environment === rules.environment) return;
  if (naming?.environment === undefined) {
    throw new EnvironmentError(
      "EnvDetect.Unnamed",
      sentence(`of ${rules.environment}`),
      "Nothing says which environment that account is: add it to bulkhead.lock.json, or give `accounts`.",
    );
  }
  throw new EnvironmentError(
    "EnvDetect.WrongEnvironment",
    sentence(`of ${rules.environment}`),
    "Give the client the right credentials.",
  );
}

function refuseWithoutConsent(
  call: Call,
  account: string,
  naming: AccountNaming | undefined,
  rules: ProtectRules,
): void {
  const environment = naming?.environment ?? rules.environment ?? "unknown";
  const operation = nameOf(call);
  if (isConsented({ account, environment, operation }, process.env)) return;
  throw new EnvironmentError(
    "EnvDetect.Protected",
    `${operation} was not sent: it destroys, and ${describe(account, naming)} is protected.`,
    `If it is meant: consent({ account: "${account}", environment: "${environment}", operation: "${operation}", minutes: 5 }), ` +
      `or BULKHEAD_CONSENT=${account}/${environment}/${operation}/TIME with a time (UTC) within the hour.`,
  );
}

function describe(account: string, naming: AccountNaming | undefined): string {
  return naming === undefined
    ? `account ${account}`
    : `account ${account} (${naming.name}, ${naming.environment ?? "of no environment"})`;
}

/** STS's answer for each access key, for all clients together. */
const accountsByKey = new Map<string, Promise<string>>();

/**
 * The account of the client's credentials, in AWS's own words: the `accountId` that credentials can have is no proof, since
 * the SDK takes it from AWS_ACCOUNT_ID too.
 */
async function accountOf({ config }: ProtectableClient, call: Call): Promise<string> {
  if (config.credentials === undefined) throw unknownAccount(call, "the client has no credentials");
  const credentials = await config.credentials();
  const key = credentials.accessKeyId;
  const account = accountsByKey.get(key) ?? askSts(credentials, await config.region());
  accountsByKey.set(key, account);
  try {
    return await account;
  } catch (error) {
    accountsByKey.delete(key);
    if (!(error instanceof NoAnswerError)) throw error;
    throw unknownAccount(call, `STS: ${error.message}`);
  }
}

async function askSts(credentials: Credentials, region: string): Promise<string> {
  const where = { region: REGION.test(region) ? region : undefined, env: process.env, deadline: deadline(AWS_MS) };
  return (await getCallerIdentity({ credentials, ...where })).account;
}

function unknownAccount(call: Call, reason: string): EnvironmentError {
  return new EnvironmentError(
    "EnvDetect.NoAnswer",
    `${nameOf(call)} was not sent: its account is not known (${reason}).`,
  );
}
