/** A landing zone file whose baseline has every control, for an organization of fixed answers. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountAt, managementAccountId, region, unitAt, upTo, type EstateSize } from "../fixed-aws/estate.ts";

/** Two. */
const regions = [region, "us-east-1"];

/** Writes `bulkhead.yaml` with all controls in all accounts and regions, and so many roles in each account. */
export async function writeBaseline(folder: string, size: EstateSize, roles: number): Promise<void> {
  const accounts = upTo(size.accounts).map((index) => accountAt(index, size));
  const names = accounts.map(({ name }) => name);
  const [identity = "", logs = ""] = names;
  const text = `version: 1
organization:
  managementAccountId: "${managementAccountId}"
  homeRegion: ${region}
  regions: [${regions.join(", ")}]
  accountEmail: "aws+{account}@example.com"
  identityAccount: ${identity}
  logArchiveAccount: ${logs}
organizationalUnits:
${upTo(size.units)
  .map((index) => `  ${unitAt(index).name}: {}`)
  .join("\n")}
accounts:
${accounts.map(({ name, id }, index) => `  ${name}: { organizationalUnit: ${unitAt(index % size.units).name}, id: "${id}" }`).join("\n")}
roles:
${upTo(roles)
  .map((index) => `  role-${index + 1}: { managedPolicies: [ReadOnlyAccess] }`)
  .join("\n")}
baseline:
  auditRole: { name: audit }
  trail: { auditors: [audit] }
  passwordPolicy: { minimumLength: 14 }
  accountAlias: "example-{account}"
  alternateContacts:
    security: { name: Security, title: Team, email: "security+{account}@example.com", phone: "+49 30 123456" }
  s3PublicAccess: block-all
  ebsEncryption: by-default
  imdsv2: {}
  snapshotPublicAccess: block-all-sharing
  amiPublicAccess: block-new-sharing
  defaultVpc: { removeFrom: [${names.join(", ")}] }
`;
  await writeFile(join(folder, "bulkhead.yaml"), text);
}
