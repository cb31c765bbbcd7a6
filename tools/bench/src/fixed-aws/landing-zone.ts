/** The landing zone file that describes the organization of fixed answers exactly: its plan is empty. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountAt, managementAccountId, policyAt, region, unitAt, upTo, type EstateSize } from "./estate.ts";

/** Writes the file and its policies into a folder; `more` accounts are wanted that don't exist yet. */
export async function writeLandingZone(folder: string, size: EstateSize, more = 0): Promise<void> {
  const policies = upTo(size.policies).map((index) => policyAt(index, size));
  await mkdir(join(folder, "policies"), { recursive: true });
  await Promise.all(policies.map(({ name, content }) => writeFile(join(folder, "policies", `${name}.json`), content)));

  const units = upTo(size.units).map((index) => {
    const { id, name } = unitAt(index);
    const attached = policies.filter(({ unitId }) => unitId === id).map((policy) => policy.name);
    return `  ${name}: { serviceControlPolicies: [${attached.join(", ")}] }`;
  });
  const accounts = upTo(size.accounts + more).map((index) => {
    const { name } = accountAt(index, size);
    return `  ${name}: { organizationalUnit: ${unitAt(index % size.units).name} }`;
  });
  const text = `version: 1
organization:
  managementAccountId: "${managementAccountId}"
  homeRegion: ${region}
  accountEmail: "aws+{account}@example.com"
organizationalUnits:
${units.join("\n")}
serviceControlPolicies:
${policies.map(({ name }) => `  ${name}: policies/${name}.json`).join("\n")}
accounts:
${accounts.join("\n")}
`;
  await writeFile(join(folder, "bulkhead.yaml"), text);
}
