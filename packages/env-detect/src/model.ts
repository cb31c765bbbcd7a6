/** The public types: the question, the environment that is found, and the evidence with its trust. */

/**
 * How far a piece of evidence can be trusted.
 * - `proof`: AWS itself said so, over TLS or under its signature.
 * - `strong`: it decides what AWS will answer (a role's ARN in the profile), or the platform says it on its local link.
 * - `hint`: a variable that anybody can set, or a guess. It can contradict, but alone it never satisfies.
 */
export type Trust = "hint" | "strong" | "proof";

/** Whom evidence speaks of: the machine that runs us, the credentials that our calls will carry, or what people wrote. */
export type Side = "machine" | "credentials" | "configuration";

export interface Evidence {
  /** Where it was read, as a person would name it: `AWS_REGION`, `GetCallerIdentity (profile prod)`. */
  readonly source: string;
  readonly value: string;
  readonly trust: Trust;
  readonly side: Side;
}

/** One field of the environment; `trust` is that of the best evidence for `value`, both undefined when nobody could tell. */
export interface Fact<T> {
  readonly value: T | undefined;
  readonly trust: Trust | undefined;
  readonly evidence: readonly Evidence[];
}

/** `other` is a laptop, or any machine not known to be AWS's. */
export type Platform = "github-actions" | "gitlab" | "codebuild" | "lambda" | "ecs" | "eks" | "ec2" | "other";

/** A source that was asked and gave no usable answer. */
export interface Unanswered {
  readonly source: string;
  readonly reason: string;
}

export interface Environment {
  /** 12 digits: the account that calls from here will reach. */
  readonly account: Fact<string>;
  readonly accountName: Fact<string>;
  readonly team: Fact<string>;
  readonly environment: Fact<string>;
  readonly region: Fact<string>;
  /** Whether calls that destroy need a consent here. */
  readonly protected: Fact<boolean>;
  readonly platform: Fact<Platform>;
  readonly unanswered: readonly Unanswered[];
}

/** Accounts by name, the shape of `accounts` in `bulkhead.lock.json`; keys not named here are ignored. */
export type AccountMap = Readonly<
  Record<
    string,
    {
      /** 12 digits. */
      readonly id: string;
      readonly team?: string | undefined;
      readonly environment?: string | undefined;
      readonly protected?: boolean | undefined;
    }
  >
>;

/** Access keys, in the shape of the AWS SDK for JavaScript v3. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}
/** `client.config.credentials` of any AWS SDK v3 client is one. */
export type CredentialProvider = () => Promise<Credentials>;

export interface DetectOptions {
  /** The variables to look at; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Names of accounts, compiled into the program; taken beside the lock file. */
  readonly accounts?: AccountMap | undefined;
  /** The lock file; by default `bulkhead.lock.json` in the working directory or the nearest folder above it. */
  readonly lockFile?: string | undefined;
  /** The credentials that calls will carry (`client.config.credentials`), where the process doesn't use the SDK's chain. */
  readonly credentials?: CredentialProvider | undefined;
  /** In a Lambda function: `context.invokedFunctionArn`. Saves the call to STS. */
  readonly invokedFunctionArn?: string | undefined;
  /** Ask STS even where strong evidence is at hand. */
  readonly prove?: boolean | undefined;
  /** Credentials of another account than the machine's are meant. CI jobs need not say so. */
  readonly crossAccount?: boolean | undefined;
  /** Check the signature of EC2's identity document; one that doesn't hold is an error. */
  readonly verifySignature?: boolean | undefined;
  /** AWS's RSA certificates (PEM) by region, for regions that this version doesn't know. */
  readonly certificates?: Readonly<Record<string, string>> | undefined;
}

/** One call of an AWS SDK v3 client. */
export interface Call {
  /** The SDK's service id: `S3`, `DynamoDB`, `CloudWatch Logs`. */
  readonly service: string;
  /** The API operation: `DeleteBucket`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}
