/** A parameter of Systems Manager; a SecureString comes decrypted. */

import { awsErrorName } from "@bulkhead/credentials";
import { NotThere, placeOf, type LookupContext } from "./lookup.ts";

type Input =
  string | { readonly name: string; readonly account?: string | undefined; readonly region?: string | undefined };

/** @throws NotThere */
export async function lookUpSsmParameter(
  input: Input,
  context: LookupContext,
): Promise<{ readonly value: string; readonly secret: boolean }> {
  const wanted = typeof input === "string" ? { name: input } : input;
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = context.access.client(SSMClient, placeOf(context, wanted));
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: wanted.name, WithDecryption: true }));
    return { value: Parameter?.Value ?? "", secret: Parameter?.Type === "SecureString" };
  } catch (error) {
    if (awsErrorName(error) !== "ParameterNotFound") throw error;
    throw new NotThere("there is no such parameter");
  }
}
