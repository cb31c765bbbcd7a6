/** The bind password from Secrets Manager, by the credentials of this host: on an instance, those of its role. */

import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Milliseconds for all tries: who waits for the directory waits for this first. */
const patienceMs = 20_000;

/**
 * @param arn also of another account's secret, whose policy lets this host read it
 * @throws AWS's own error; the reader of the directory says that the password is missing for it
 */
export async function readSecret(arn: string): Promise<string> {
  const [, , , region = ""] = arn.split(":");
  const client = new SecretsManagerClient({ region });
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }), {
      abortSignal: AbortSignal.timeout(patienceMs),
    });
    return SecretString;
  } finally {
    client.destroy();
  }
}
