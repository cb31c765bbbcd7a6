/** The estates that the campaign goes over: landing zones of several sizes, and one that changes, with what AWS must hold in the end. */

import { MANAGEMENT_ACCOUNT } from "@bulkhead/sandbox";

/** The organization as it must be, in names. */
export interface Wanted {
  /** Path of the unit by account name, `Root` for the management account. */
  readonly accounts: ReadonlyMap<string, string>;
  /** All paths, parents too. */
  readonly units: readonly string[];
  readonly policies: readonly string[];
  /** `policy@unit`. */
  readonly attachments: readonly string[];
}

/** A landing zone file with its policies, and what it asks for. */
export interface LandingZone {
  readonly text: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly wanted: Wanted;
}

export interface Estate {
  readonly name: string;
  readonly size: number;
  /** What is there before the run that is disturbed; nothing, not even an organization, if left out. */
  readonly before?: LandingZone;
  readonly file: LandingZone;
  /** For two operators with different files: the same landing zone with accounts of its own. */
  readonly other: LandingZone;
  /** Which calls are gone through: each, each third, … */
  readonly every: number;
}

interface Account {
  readonly name: string;
  readonly unit: string;
  readonly tags?: string;
}

const unitPaths = ["Apps/Web", "Apps/Jobs", "Security", "Data/Lake/Raw"];
const organization = `version: 1
organization:
  managementAccountId: "${MANAGEMENT_ACCOUNT}"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
`;

function landingZone(accounts: readonly Account[], attached: ReadonlyMap<string, string>, action: string): LandingZone {
  const policies = [...new Set(attached.values())];
  const content = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: action, Resource: "*" }] };
  const used = [...accounts.map(({ unit }) => unit), ...[...attached.keys()].filter((unit) => unit !== "Root")];
  const withParents = used.flatMap((path) =>
    path.split("/").map((_, depth, parts) => parts.slice(0, depth + 1).join("/")),
  );
  const text = `${organization}organizationalUnits:
${[...attached].map(([unit, policy]) => `  ${unit}: { serviceControlPolicies: [${policy}] }`).join("\n")}
serviceControlPolicies:
${policies.map((name) => `  ${name}: ${name}.json`).join("\n")}
accounts:
${accounts.map(({ name, unit, tags }) => `  ${name}: { organizationalUnit: ${unit}${tags === undefined ? "" : `, tags: { ${tags} }`} }`).join("\n")}
`;
  return {
    text,
    files: Object.fromEntries(policies.map((name) => [`${name}.json`, JSON.stringify(content)])),
    wanted: {
      accounts: new Map([["master", "Root"], ...accounts.map(({ name, unit }) => [name, unit] as const)]),
      units: [...new Set(withParents)],
      policies,
      attachments: [...attached].map(([unit, policy]) => `${policy}@${unit}`),
    },
  };
}

function accountsOf(size: number, prefix: string): Account[] {
  const units = unitPaths.slice(0, Math.ceil(size / 3));
  return Array.from({ length: size }, (_, index) => ({
    name: `${prefix}-${String(index + 1)}`,
    unit: units[index % units.length] ?? "Root",
  }));
}

function attachmentsOf(size: number): Map<string, string> {
  const all = [
    ["Apps", "guard"],
    ["Root", "fence"],
    ["Apps/Jobs", "guard"],
    ["Security", "vault"],
  ] as const;
  return new Map(all.slice(0, Math.ceil(size / 3)));
}

const leave = "organizations:LeaveOrganization";

function estate(size: number, every: number): Estate {
  const attached = attachmentsOf(size);
  return {
    name: String(size),
    size,
    every,
    file: landingZone(accountsOf(size, "app"), attached, leave),
    other: landingZone(accountsOf(size, "job"), attached, leave),
  };
}

/** Accounts move and are tagged, one is new, policies are rewritten, and one is detached. */
function changedEstate(size: number, every: number): Estate {
  const before = estate(size, every);
  const changed = accountsOf(size, "app").map((account, index) =>
    index % 2 === 0 ? { ...account, unit: "Apps/Moved", tags: "Owner: ops" } : account,
  );
  const more = { name: "app-new", unit: "Apps/Web" };
  const attached = new Map([...attachmentsOf(size)].filter(([unit]) => unit !== "Root"));
  const withFence = new Map([...attached, ["Apps/Moved", "fence"]]);
  const file = landingZone([...changed, more], withFence, "account:CloseAccount");
  const left = before.file.wanted.units.filter((path) => !file.wanted.units.includes(path));
  return {
    ...before,
    name: `${String(size)}-changed`,
    before: before.file,
    // Units that leave the file stay, unmanaged.
    file: { ...file, wanted: { ...file.wanted, units: [...file.wanted.units, ...left] } },
  };
}

export const estates: readonly Estate[] = [estate(2, 1), changedEstate(5, 2), estate(5, 3), estate(12, 9)];
