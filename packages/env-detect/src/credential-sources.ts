/** Which credentials calls from here will carry: the places that the AWS SDKs look at, in their order. */

import { NoAnswerError, type Deadline } from "./http.ts";
import type { Finding, Surroundings } from "./findings.ts";
import type { CredentialProvider, Credentials } from "./model.ts";
import { parseArn } from "./arn.ts";
import { accountOfAccessKeyId } from "./sources/access-key-id.ts";
import { containerCredentials } from "./sources/container.ts";
import { peerCredentials } from "./sources/peer.ts";
import { readProfile } from "./sources/profile.ts";

export interface CredentialSource {
  /** As a person would name it. */
  readonly name: string;
  /** What tells their account without asking anybody. */
  readonly findings: readonly Finding[];
  /** The account that the access key id carries. */
  readonly guess: Finding | undefined;
  /** The platform hands them out, and only those of the account that the machine is in. */
  readonly ofTheMachine: boolean;
  /** @throws NoAnswerError */
  load(deadline: Deadline): Promise<Credentials>;
}

/**
 * The sources in play. There are two where keys in variables and AWS_PROFILE are both set: the SDK for JavaScript takes
 * the profile, the AWS CLI and boto3 take the keys, so both are looked at.
 * None of them is EC2's instance role, which is in play when nothing else is.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function credentialSources(
  surroundings: Surroundings,
  given: CredentialProvider | undefined,
): CredentialSource[] {
  if (given !== undefined) {
    return [
      {
        name: "the given credentials",
        findings: [],
        guess: undefined,
        ofTheMachine: false,
        load: () => loadGiven(given),
      },
    ];
  }
  const { env } = surroundings;
  const variables = keysInVariables(env);
  const profile = env["AWS_PROFILE"] || variables === undefined ? fromProfile(surroundings) : undefined;
  const found = [variables, profile].filter((source) => source !== undefined);
  if (found.length > 0) return found;
  const platform = webIdentity(env) ?? container(surroundings);
  return platform === undefined ? [] : [platform];
}

function keysInVariables(env: NodeJS.ProcessEnv): CredentialSource | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  const credentials = { accessKeyId, secretAccessKey, sessionToken: env["AWS_SESSION_TOKEN"] || undefined };
  return fromKeys("the keys in the variables", credentials, []);
}

function fromKeys(name: string, credentials: Credentials, findings: readonly Finding[]): CredentialSource {
  const value = accountOfAccessKeyId(credentials.accessKeyId);
  const from = { side: "credentials", source: `access key id (${name})`, trust: "hint" } as const;
  const guess: Finding | undefined = value === undefined ? undefined : { about: "account", value, ...from };
  return { name, findings, guess, ofTheMachine: false, load: () => Promise.resolve(credentials) };
}

async function loadGiven(given: CredentialProvider): Promise<Credentials> {
  try {
    return await given();
  } catch (error) {
    // Its message is a stranger's, and may quote a secret.
    throw new NoAnswerError(`they can't be loaded (${error instanceof Error ? error.name : "unknown error"})`);
  }
}

function fromProfile(surroundings: Surroundings): CredentialSource | undefined {
  const { name, findings, hasCredentials, keys, configFile, credentialsFile } = readProfile(surroundings);
  // A default profile is often there for its region alone; one that was named is meant.
  if (!hasCredentials && !surroundings.env["AWS_PROFILE"]) return undefined;
  if (keys !== undefined) return fromKeys(`profile ${name}`, keys, findings);
  const load = (): Promise<Credentials> =>
    peerCredentials({ profile: name, configFilepath: configFile, filepath: credentialsFile });
  return { name: `profile ${name}`, findings, guess: undefined, ofTheMachine: false, load };
}

function webIdentity(env: NodeJS.ProcessEnv): CredentialSource | undefined {
  const role = parseArn(env["AWS_ROLE_ARN"]);
  if (!env["AWS_WEB_IDENTITY_TOKEN_FILE"] || role === undefined) return undefined;
  return {
    name: "the web identity",
    // Strong, though a variable: STS hands out no other account's credentials for it.
    findings: [{ about: "account", side: "credentials", source: "AWS_ROLE_ARN", value: role.account, trust: "strong" }],
    guess: undefined,
    ofTheMachine: false,
    load: () => peerCredentials({}),
  };
}

function container(surroundings: Surroundings): CredentialSource | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } =
    surroundings.env;
  if (!relative && !full) return undefined;
  return {
    name: "the container's credentials",
    findings: [],
    guess: undefined,
    // EKS Pod Identity uses the full address, and can hand out another account's credentials.
    ofTheMachine: Boolean(relative),
    load: (deadline) => containerCredentials(surroundings, deadline),
  };
}
