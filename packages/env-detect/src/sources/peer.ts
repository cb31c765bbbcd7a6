/** Credentials from the AWS SDK's own chain (SSO, assumed roles, processes), where the SDK is installed. */

import { NoAnswerError } from "../http.ts";
import type { CredentialProvider, Credentials } from "../model.ts";

/** Every client of the AWS SDK v3 brings it; an optional peer, loaded only when a profile or a web identity needs it. */
const PEER = "@aws-sdk/credential-provider-node";

interface PeerModule {
  defaultProvider(init: { profile?: string; configFilepath?: string; filepath?: string }): CredentialProvider;
}

/** @throws NoAnswerError when the peer is not installed, or finds no credentials */
export async function peerCredentials(init: Parameters<PeerModule["defaultProvider"]>[0]): Promise<Credentials> {
  let peer: PeerModule;
  try {
    peer = (await import(PEER)) as PeerModule;
  } catch {
    throw new NoAnswerError(`reading these credentials needs ${PEER} (any AWS SDK v3 client brings it)`);
  }
  try {
    return await peer.defaultProvider(init)();
  } catch (error) {
    throw new NoAnswerError(`the SDK found no credentials (${error instanceof Error ? error.name : "unknown error"})`);
  }
}
