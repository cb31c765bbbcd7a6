/** Access to AWS for one run: who we are, a client for any account and region, and the proof of being in the right one. */

import { BulkheadError, hashJson, type Report } from "@bulkhead/core";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createCallCounter, type CallCount } from "./call-count.ts";
import { cannotEnter, explainFailure, noCredentials, wrongAccount } from "./errors.ts";
import { createSessions } from "./sessions.ts";
import type { DiskCache } from "./disk-cache.ts";

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

/** The part of an AWS SDK v3 client that access needs. */
interface SdkClient {
  readonly middlewareStack: { add(middleware: never, options: never): void };
  destroy(): void;
}
export type ClientClass<C extends SdkClient> = new (config: never) => C;

export interface AccessOptions {
  readonly profile?: string | undefined;
  /** Where STS is asked. */
  readonly region: string;
  /** The name of the role by which accounts are entered. */
  readonly accessRole: string;
  readonly disk: DiskCache;
  readonly report: Report;
  /** Asked when the profile wants a one-time code; without it such a profile is an error. */
  readonly askMfaCode?: (serial: string) => Promise<string>;
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
   * @throws Credentials.WrongAccount
   */
  proveAccount(account: string): Promise<void>;
  /**
   * A client for an account: with our own credentials at home, by the access role elsewhere. One for each place.
   * Its failures come as explained errors (`explainFailure`).
   * @param attempts how often the SDK may send a call: 1 for what must never be sent twice
   */
  client<C extends SdkClient>(type: ClientClass<C>, place: Place, attempts?: number): C;
  readonly calls: CallCount;
  close(): void;
}

export function createAccess(options: AccessOptions): Access {
  const { region, accessRole, disk, report, now = Date.now } = options;
  const counter = createCallCounter();
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: 60_000,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 100 },
    httpAgent: { keepAlive: true, maxSockets: 100 },
  });
  const clients = new Map<string, SdkClient>();
  const classIds = new Map<unknown, number>();

  const make = <C extends SdkClient>(
    type: ClientClass<C>,
    credentials: AwsCredentialIdentityProvider,
    place: Place,
    attempts: number,
  ): C => {
    const client = new type({ region: place.region, credentials, maxAttempts: attempts, requestHandler } as never);
    watch(client, place, { counter, report });
    return client;
  };

  let chain: Promise<AwsCredentialIdentityProvider> | undefined;
  const ownCredentials: AwsCredentialIdentityProvider = async () => {
    chain ??= import("@aws-sdk/credential-providers").then(({ fromNodeProviderChain }) =>
      fromNodeProviderChain({
        ...(options.profile === undefined ? {} : { profile: options.profile }),
        ...(options.askMfaCode === undefined ? {} : { mfaCodeProvider: options.askMfaCode }),
        clientConfig: { region },
      }),
    );
    try {
      return await (
        await chain
      )();
    } catch (cause) {
      throw cause instanceof BulkheadError ? cause : noCredentials(cause as Error);
    }
  };

  const sts = async (credentials: AwsCredentialIdentityProvider, account: string) => {
    const module = await import("@aws-sdk/client-sts");
    return { ...module, client: make(module.STSClient, credentials, { account, region }, 3) };
  };
  const askIdentity = async (credentials: AwsCredentialIdentityProvider, account: string): Promise<Identity> => {
    const { client, GetCallerIdentityCommand } = await sts(credentials, account);
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (!Account || !Arn)
      throw explainFailure(new TypeError("no account in it"), siteOf("STS", "GetCallerIdentity", account, region));
    return { account: Account, arn: Arn, partition: Arn.split(":")[1] ?? "aws" };
  };

  let known: Promise<Identity> | undefined;
  const findIdentity = async (): Promise<Identity> => {
    const { accessKeyId } = await ownCredentials();
    const key = hashJson({ identityOf: accessKeyId, endpoint: stsEndpoint() });
    const kept = (await disk.read(key)) as Identity | undefined;
    if (kept && /^\d{12}$/.test(kept.account)) return kept;
    const identity = await askIdentity(ownCredentials, "of the credentials");
    await disk.write(key, identity);
    return identity;
  };
  const identity = (): Promise<Identity> => {
    known ??= findIdentity();
    known.catch(() => (known = undefined));
    return known;
  };

  const sessions = createSessions({
    disk,
    now,
    assume: async ({ roleArn, sessionName, duration }) => {
      const { client, AssumeRoleCommand } = await sts(ownCredentials, (await identity()).account);
      try {
        return await client.send(
          new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: duration }),
        );
      } catch (cause) {
        if (!(cause instanceof BulkheadError) || cause.code !== "Aws.AccessDenied") throw cause;
        throw cannotEnter(roleArn.split(":")[4] ?? "", roleArn, cause.cause as Error);
      }
    },
  });

  const credentialsFor = (account: string): AwsCredentialIdentityProvider => {
    return async (): Promise<AwsCredentialIdentity> => {
      const me = await identity();
      if (me.account === account) return ownCredentials();
      const { accessKeyId } = await ownCredentials();
      return sessions.enter({
        source: accessKeyId,
        endpoint: stsEndpoint(),
        region,
        roleArn: `arn:${me.partition}:iam::${account}:role/${accessRole}`,
        sessionName: sessionName(me.arn),
        duration: 3_600,
      });
    };
  };

  const proofs = new Map<string, Promise<void>>();
  const mustBe = (account: string, found: Identity): void => {
    if (found.account !== account) throw wrongAccount(account, found.account, found.arn);
  };
  const prove = async (account: string): Promise<void> =>
    mustBe(account, await askIdentity(credentialsFor(account), account));

  return {
    identity,
    expectAccount: async (account) => mustBe(account, await identity()),
    proveAccount: (account) => {
      const proof = proofs.get(account) ?? prove(account);
      proofs.set(account, proof);
      proof.catch(() => proofs.delete(account));
      return proof;
    },
    client: <C extends SdkClient>(type: ClientClass<C>, place: Place, attempts = 3): C => {
      const classId = classIds.get(type) ?? classIds.size;
      classIds.set(type, classId);
      const key = `${classId}/${place.account}/${place.region}/${attempts}`;
      const client = (clients.get(key) as C | undefined) ?? make(type, credentialsFor(place.account), place, attempts);
      clients.set(key, client);
      return client;
    },
    calls: counter,
    close: () => requestHandler.destroy(),
  };
}

function stsEndpoint(): string {
  return process.env["AWS_ENDPOINT_URL_STS"] ?? process.env["AWS_ENDPOINT_URL"] ?? "aws";
}

/** The name that CloudTrail shows for us: the person's or role session's own, in STS's characters. */
function sessionName(arn: string): string {
  const own = arn.split("/").at(-1) ?? "";
  return `bulkhead-${own.replace(/[^\w+=,.@-]/g, "-")}`.slice(0, 64);
}

function siteOf(service: string, operation: string, account: string, region: string) {
  return { service, operation, account, region };
}

type Handler = (args: unknown) => Promise<unknown>;
interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** Counts each call and each attempt of a client, and explains its failures. */
function watch(
  client: SdkClient,
  place: Place,
  { counter, report }: { counter: ReturnType<typeof createCallCounter>; report: Report },
): void {
  const names = (context: Context): [string, string] => [
    (context.clientName ?? "").replace(/Client$/, ""),
    (context.commandName ?? "").replace(/Command$/, ""),
  ];
  const outer = (next: Handler, context: Context): Handler => {
    const [service, operation] = names(context);
    return async (args) => {
      counter.call(`${service}:${operation}`);
      try {
        return await next(args);
      } catch (thrown) {
        throw explainFailure(thrown, siteOf(service, operation, place.account, place.region));
      }
    };
  };
  const inner = (next: Handler, context: Context): Handler => {
    const [service, operation] = names(context);
    return (args) => {
      counter.attempt(`${service}:${operation}`);
      report({ type: "detail", message: `${service} ${operation} in ${place.account} (${place.region})` });
      return next(args);
    };
  };
  client.middlewareStack.add(outer as never, { step: "initialize", name: "bulkheadExplain" } as never);
  // Inside the retry loop, so that every attempt counts.
  client.middlewareStack.add(inner as never, { step: "deserialize", name: "bulkheadCount" } as never);
}
