/** A secret of Secrets Manager, whole or one entry of it. It goes into the call and nowhere else. */

import { awsErrorName } from "@bulkhead/credentials";
import { NotThere, placeOf, type LookupContext } from "./lookup.ts";

type Input =
  | string
  | {
      readonly id: string;
      readonly key?: string | undefined;
      readonly account?: string | undefined;
      readonly region?: string | undefined;
    };

/** @throws NotThere */
export async function lookUpSecret(input: Input, context: LookupContext): Promise<string> {
  const wanted = typeof input === "string" ? { id: input } : input;
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = context.access.client(SecretsManagerClient, placeOf(context, wanted));
  const { SecretString: text } = await client
    .send(new GetSecretValueCommand({ SecretId: wanted.id }))
    .catch((error: unknown) => {
      throw awsErrorName(error) === "ResourceNotFoundException" ? new NotThere("there is no such secret") : error;
    });
  if (text === undefined) throw new NotThere("the secret isn't text");
  if (wanted.key === undefined) return text;
  const entry = entryOf(text, wanted.key);
  if (typeof entry !== "string" && typeof entry !== "number")
    throw new NotThere(`the secret has no entry ${wanted.key}`);
  return String(entry);
}

/** The parser's own message would repeat the secret. */
function entryOf(text: string, key: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[key];
  } catch {
    throw new NotThere("the secret isn't JSON");
  }
}
