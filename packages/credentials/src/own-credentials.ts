/** The credentials that a run starts from: the SDK's own chain, as in every AWS tool. */

import { BulkheadError, type Report } from "@bulkhead/core";
import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import { isAbort, noCredentials } from "./errors.ts";
import { once } from "./once.ts";

export interface OwnCredentialsOptions {
  readonly profile?: string | undefined;
  /** Where STS and SSO are asked on the way. */
  readonly region: string;
  /** Asked when the profile wants a one-time code; without it such a profile is an error. */
  readonly askMfaCode?: (serial: string) => Promise<string>;
  readonly report: Report;
}

/** @throws (the provider) Credentials.None */
export function createOwnCredentials({
  profile,
  region,
  askMfaCode,
  report,
}: OwnCredentialsOptions): AwsCredentialIdentityProvider {
  // Loaded when it is asked first: a command that calls nothing pays nothing.
  const chain = once(async () => {
    const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
    return fromNodeProviderChain({
      ...(profile === undefined ? {} : { profile }),
      ...(askMfaCode === undefined ? {} : { mfaCodeProvider: askMfaCode }),
      clientConfig: { region },
      logger: quietLogger(report),
    });
  });
  return async () => {
    const provide = await chain();
    try {
      return await provide();
    } catch (cause) {
      throw cause instanceof BulkheadError || isAbort(cause)
        ? cause
        : noCredentials(cause as Error, profile ?? process.env["AWS_PROFILE"]);
    }
  };
}

/** Without a logger the SDK prints what it has to say about the environment. */
function quietLogger(report: Report) {
  const tell = (message: string): void => report({ type: "detail", message: message.replace(/\s+/g, " ").trim() });
  const ignore = (): void => undefined;
  return { trace: ignore, debug: ignore, info: ignore, warn: tell, error: tell };
}
