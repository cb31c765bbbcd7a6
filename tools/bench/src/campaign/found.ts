/** Reads the organization out of a sandbox as it is, and says where it differs from what was wanted. */

import {
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Sandbox } from "@bulkhead/sandbox";
import type { Wanted } from "./estates.ts";

/** Everything by name, a name as often as it is there. */
export interface Found {
  readonly accounts: readonly string[];
  readonly units: readonly string[];
  readonly policies: readonly string[];
  readonly attachments: readonly string[];
}

export async function readFound({ endpoint, env }: Sandbox): Promise<Found> {
  const credentials = {
    accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new OrganizationsClient({ endpoint, region: "eu-central-1", credentials });
  const accounts: string[] = [];
  const pathOf = new Map<string, string>();
  const walk = async (ParentId: string, path: string): Promise<void> => {
    pathOf.set(ParentId, path);
    const { Accounts = [] } = await client.send(new ListAccountsForParentCommand({ ParentId }));
    accounts.push(...Accounts.map(({ Name = "" }) => `${Name} in ${path}`));
    const { OrganizationalUnits = [] } = await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId }));
    for (const { Id = "", Name = "" } of OrganizationalUnits)
      await walk(Id, path === "Root" ? Name : `${path}/${Name}`);
  };
  const { Roots = [] } = await client.send(new ListRootsCommand({}));
  await walk(Roots[0]?.Id ?? "", "Root");

  const { Policies = [] } = await client.send(new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }));
  const own = Policies.filter(({ AwsManaged }) => !AwsManaged);
  const attachments = await Promise.all(
    own.map(async ({ Id, Name = "" }) => {
      const { Targets = [] } = await client.send(new ListTargetsForPolicyCommand({ PolicyId: Id }));
      return Targets.map(({ TargetId = "" }) => `${Name}@${pathOf.get(TargetId) ?? TargetId}`);
    }),
  );
  client.destroy();
  return {
    accounts,
    units: [...pathOf.values()].filter((path) => path !== "Root"),
    policies: own.map(({ Name = "" }) => Name),
    attachments: attachments.flat(),
  };
}

/** One sentence for each thing that is missing, is there twice, or shouldn't be there. */
export function differences(wanted: Wanted, found: Found): string[] {
  const pairs: [string, readonly string[], readonly string[]][] = [
    ["account", [...wanted.accounts].map(([name, unit]) => `${name} in ${unit}`), found.accounts],
    ["unit", wanted.units, found.units],
    ["policy", wanted.policies, found.policies],
    ["attachment", wanted.attachments, found.attachments],
  ];
  return pairs.flatMap(([what, want, have]) => [
    ...want.filter((name) => !have.includes(name)).map((name) => `lost: ${what} ${name}`),
    ...have.filter((name) => !want.includes(name)).map((name) => `too much: ${what} ${name}`),
    ...have.filter((name, index) => have.indexOf(name) !== index).map((name) => `done twice: ${what} ${name}`),
  ]);
}
