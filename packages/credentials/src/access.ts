/** Access to AWS for one run: who we are, a client for any account and region, and the proof of being in the right one. */

import { BulkheadError, hashJson } from "@bulkhead/core";
import type { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createCallCounter, type CallCount } from "./call-count.ts";
import type { DiskCache } from "./disk-cache.ts";
import { cannotEnter, notAnAnswer, wrongAccount } from "./errors.ts";
import { once } from "./once.ts";
import { createOwnCredentials, type OwnCredentialsOptions } from "./own-credentials.ts";
import { createRetryStrategy } from "./retry-strategy.ts";
import { createSessions, type SessionRequest } from "./sessions.ts";
import { createThrottle } from "./throttle.ts";
import { watchClient, type SdkClient, type Watch } from "./watch-client.ts";

export interface Identity {
  /** 12 digits. */
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`. */
  readonly partition: string;
}

export interface Place {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

export type ClientClass<C extends SdkClient> = new (config: never) => C;

export interface AccessOptions extends OwnCredentialsOptions {
  /** The name of the role by which accounts are entered. */
  readonly accessRole: string;
  readonly disk: DiskCache;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Access {
  /** Whom the credentials that we start from belong to. Remembered by access key, which never changes its owner. */
  identity(): Promise<Identity>;
  /**
   * A first look, from what is known of the credentials: for reading, where a mistake does no harm.
   * @throws Credentials.WrongAccount
   */
  expectAccount(account: string): Promise<void>;
  /**
   * Asks STS, once a run and account, whether we are where we mean to be. To be called before the first write.
   * @throws Credentials.WrongAccount; Credentials.CannotEnter where the account isn't our own and its role refuses us
   */
  proveAccount(account: string): Promise<void>;
  /**
   * A client for an account: with our own credentials at home, by the access role elsewhere. One for each place, as long as somebody holds it.
   * Its failures come as explained errors (`explainFailure`).
   * @param attempts how often a call may be sent whose answer was lost: 1 for what must never be sent twice
   */
  client<C extends SdkClient>(type: ClientClass<C>, place: Place, attempts?: number): C;
  readonly calls: CallCount;
  close(): void;
}

const usualAttempts = 3;

export function createAccess(options: AccessOptions): Access {
  const { region, accessRole, disk, report, now = Date.now } = options;
  const counter = createCallCounter();
  const throttle = createThrottle();
  const agent = { keepAlive: true, maxSockets: 100 };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: 60_000,
    throwOnRequestTimeout: true,
    // The request timeout ends with the answer's head; this one is for an answer that stops half-way.
    socketTimeout: 60_000,
    httpsAgent: agent,
    httpAgent: agent,
  });
  const loaded = new Map<ClientClass<SdkClient>, object>();
  const make = <C extends SdkClient>(
    type: ClientClass<C>,
    credentials: AwsCredentialIdentityProvider,
    attempts: number,
    { site, failed }: Pick<Watch, "site" | "failed">,
  ): C => {
    const retryStrategy = createRetryStrategy(attempts);
    const own = { region: site.region, credentials, retryStrategy, requestHandler };
    const client = new type({ ...loaded.get(type), ...own } as never);
    if (!loaded.has(type)) loaded.set(type, loadedSettings(client));
    watchClient(client, { site, counter, throttle, report, failed });
    return client;
  };

  const ownCredentials = createOwnCredentials(options);
  const ownSts = once(async () => {
    const { STSClient } = await import("@aws-sdk/client-sts");
    return make(STSClient, ownCredentials, usualAttempts, { site: { region }, failed: async () => undefined });
  });

  const identity = once(async (): Promise<Identity> => {
    const { accessKeyId } = await ownCredentials();
    const key = hashJson({ identityOf: accessKeyId, endpoint: stsEndpoint() });
    const kept = await disk.read(key);
    if (isIdentity(kept)) return kept;
    const asked = await askIdentity(await ownSts(), { region });
    await disk.write(key, asked);
    return asked;
  });

  const sessions = createSessions({
    disk,
    now,
    assume: async ({ roleArn, sessionName, duration }) => {
      const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
      const input = { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: duration };
      try {
        return await (await ownSts()).send(new AssumeRoleCommand(input));
      } catch (error) {
        if (!(error instanceof BulkheadError) || error.code !== "Aws.AccessDenied") throw error;
        throw cannotEnter(roleArn.split(":")[4] ?? "", roleArn, error.cause as Error);
      }
    },
  });
  const inUse = new Map<string, SessionRequest>();
  const credentialsFor = (account: string): AwsCredentialIdentityProvider => {
    return async () => {
      const me = await identity();
      const own = await ownCredentials();
      if (me.account === account) return own;
      const request: SessionRequest = {
        source: own.accessKeyId,
        endpoint: stsEndpoint(),
        region,
        roleArn: `arn:${me.partition}:iam::${account}:role/${accessRole}`,
        sessionName: sessionName(me.arn),
        duration: 3_600,
      };
      const session = await sessions.enter(request);
      inUse.set(account, request);
      return session;
    };
  };
  /** AWS can end a session before its time; the next run must not meet it again on disk. */
  const forgetIfRefused = (account: string) => async (error: Error) => {
    const request = inUse.get(account);
    const refused = error instanceof BulkheadError && sessionRefused.has(error.code);
    if (request && refused) await sessions.forget(request);
  };

  // Weakly: a client weighs some 20 KB, and a run through thousands of accounts comes back to few of them.
  const clients = new Map<ClientClass<SdkClient>, Map<string, WeakRef<SdkClient>>>();
  const client = <C extends SdkClient>(type: ClientClass<C>, place: Place, attempts = usualAttempts): C => {
    const ofType = clients.get(type) ?? new Map<string, WeakRef<SdkClient>>();
    clients.set(type, ofType);
    const { account } = place;
    const key = `${account}/${place.region}/${attempts}`;
    const watch = { site: place, failed: forgetIfRefused(account) };
    const kept = ofType.get(key)?.deref() as C | undefined;
    if (kept) return kept;
    const made = make(type, credentialsFor(account), attempts, watch);
    ofType.set(key, new WeakRef(made));
    return made;
  };

  const mustBe = (account: string, found: Identity): void => {
    if (found.account !== account) throw wrongAccount(account, found.account, found.arn);
  };
  const prove = async (account: string): Promise<void> => {
    const { STSClient } = await import("@aws-sdk/client-sts");
    mustBe(account, await askIdentity(client(STSClient, { account, region }), { account, region }));
  };
  const proofs = new Map<string, () => Promise<void>>();

  return {
    identity,
    expectAccount: async (account) => mustBe(account, await identity()),
    proveAccount: (account) => {
      const proof = proofs.get(account) ?? once(() => prove(account));
      proofs.set(account, proof);
      return proof();
    },
    client,
    calls: counter,
    close: () => requestHandler.destroy(),
  };
}

const sessionRefused = new Set(["Credentials.Expired", "Credentials.Invalid"]);

/** What each client would load from environment and profile anew, and find the same, at the cost of a call's work. */
const loadedNames = new Set([
  "authSchemePreference",
  "maxAttempts",
  "retryMode",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "userAgentAppId",
]);

function loadedSettings({ config }: SdkClient): object {
  return Object.fromEntries(Object.entries(config).filter(([name]) => loadedNames.has(name)));
}

async function askIdentity(client: STSClient, site: Watch["site"]): Promise<Identity> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const { Account: account, Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
  const found = { account, arn, partition: arn?.split(":")[1] };
  if (isIdentity(found)) return found;
  throw notAnAnswer({ service: "STS", operation: "GetCallerIdentity", ...site }, new TypeError("no account in it"));
}

function isIdentity(value: unknown): value is Identity {
  const { account, arn, partition } = (value ?? {}) as Partial<Record<keyof Identity, unknown>>;
  const parts = [account, arn, partition];
  return parts.every((part) => typeof part === "string") && /^\d{12}$/.test(String(account));
}

/** As the SDK finds it; it keeps apart what a local AWS and the real one gave us. */
function stsEndpoint(): string {
  return process.env["AWS_ENDPOINT_URL_STS"] || process.env["AWS_ENDPOINT_URL"] || "aws";
}

/** The name that CloudTrail shows for us: the person's or role session's own, in STS's characters. */
function sessionName(arn: string): string {
  const own = arn.split("/").at(-1) ?? "";
  return `bulkhead-${own.replace(/[^\w+=,.@-]/g, "-")}`.slice(0, 64);
}
