/** The accounts of an organization on the sandbox, for tests that deploy into several. */

import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Sandbox } from "@bulkhead/sandbox";

/** Makes accounts of these names. @returns their ids by name */
export async function makeAccounts({ endpoint, env }: Sandbox, names: readonly string[]): Promise<Map<string, string>> {
  const credentials = {
    accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new OrganizationsClient({ endpoint, region: "us-east-1", credentials });
  await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  for (const name of names) {
    await client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
  }
  const { Accounts = [] } = await client.send(new ListAccountsCommand({}));
  return new Map(Accounts.map(({ Name = "", Id = "" }) => [Name, Id]));
}
