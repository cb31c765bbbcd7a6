/** A landing zone file for an organization that exists: pure; what it writes down is what was found. */

import type { JsonObject } from "@bulkhead/core";
import type { LandingZoneInput } from "@bulkhead/landing-zone";
import { rootPath, type FoundAccount, type FoundOrganization } from "./model.ts";

export interface AdoptOptions {
  readonly managementAccountId: string;
  readonly homeRegion: string;
  /** How accounts are named, with {team} and {environment} in it; the first that fits counts. */
  readonly patterns: readonly string[];
  /** Names of stages, in order of promotion. */
  readonly environments: readonly string[];
}

export interface Adopted {
  readonly file: LandingZoneInput;
  /** What the file leaves out or doesn't speak of: it stays as it is, unmanaged. */
  readonly warnings: readonly string[];
  /** Contents of policies, by path relative to the file. */
  readonly policies: ReadonlyMap<string, JsonObject>;
}

/** Accounts that fit a pattern become teams and stages; every other one that is active becomes an account of its own. */
export function adoptOrganization(organization: FoundOrganization, options: AdoptOptions): Adopted {
  const { managementAccountId, homeRegion, environments } = options;
  const { found, warnings } = leaveOut(organization, managementAccountId);
  const named = nameAccounts(found.accounts, options);
  const accountEmail = commonEmail(named);
  const used = environments.filter((stage) => named.some(({ environment }) => environment === stage));
  const unitOf = new Map(
    used.map((stage) => [stage, mostFrequent(named.filter(({ environment }) => environment === stage).map(unit))]),
  );

  const teams = new Map<string, { environments?: string[]; accounts?: Record<string, { environment: string }> }>();
  const accounts: NonNullable<LandingZoneInput["accounts"]> = {};
  for (const account of named) {
    const { key, team, environment, found: it } = account;
    if (team !== undefined && environment !== undefined) {
      const entry = teams.get(team) ?? {};
      teams.set(team, entry);
      if (key === `${team}-${environment}`) entry.environments = [...(entry.environments ?? []), environment];
      else entry.accounts = { ...entry.accounts, [key]: { environment } };
    }
    const expected = environment === undefined ? undefined : unitOf.get(environment);
    accounts[key] = {
      id: it.id,
      ...(key === it.name ? {} : { accountName: it.name }),
      ...(unit(account) === expected ? {} : { organizationalUnit: unit(account) }),
      ...(accountEmail.replaceAll("{account}", key).toLowerCase() === it.email.toLowerCase()
        ? {}
        : { email: it.email }),
    };
  }
  for (const { environments: stages } of teams.values()) {
    stages?.sort((a, b) => environments.indexOf(a) - environments.indexOf(b));
  }

  const logArchiveAccount = named.find(({ key }) => /^log[-_]?archive$/i.test(key))?.key;
  const policyFiles = namePolicies(found);
  return {
    file: {
      version: 1,
      organization: {
        managementAccountId,
        homeRegion,
        accountEmail,
        ...(logArchiveAccount === undefined ? {} : { logArchiveAccount }),
        ...raisedQuota(found),
      },
      environments: Object.fromEntries(used.map((stage) => [stage, { organizationalUnit: unitOf.get(stage) }])),
      organizationalUnits: describeUnits(found),
      serviceControlPolicies: Object.fromEntries([...policyFiles].map(([name, { path }]) => [name, path])),
      accounts,
      teams: Object.fromEntries(teams),
    },
    warnings: [...warnings, ...otherAttachments(found)],
    policies: new Map([...policyFiles.values()].map(({ path, content }) => [path, content])),
  };
}

/** The organization without what a landing zone file can't express, and without accounts that nobody can use. */
function leaveOut(
  organization: FoundOrganization,
  managementAccountId: string,
): { found: FoundOrganization; warnings: readonly string[] } {
  const all = organization.organizationalUnits;
  const units = new Map([...all].filter(([path]) => isExpressible(path, all)));
  const unitWarnings = [...all.keys()]
    .filter((path) => !units.has(path))
    .map((path) => `organizational unit ${path} isn't in the file, which can't express its name`);

  const members = organization.accounts.filter(({ id, state }) => id !== managementAccountId && state === "ACTIVE");
  const reasonOf = ({ organizationalUnit, email }: FoundAccount): string | undefined => {
    if (organizationalUnit !== rootPath && !units.has(organizationalUnit)) {
      return `nor is its organizational unit ${organizationalUnit}`;
    }
    return validEmail.test(email) ? undefined : `which can't express its email ${email}`;
  };
  const accountWarnings = members.flatMap((account) => {
    const reason = reasonOf(account);
    return reason === undefined ? [] : [`account ${account.name} (${account.id}) isn't in the file, ${reason}`];
  });

  const { policies, policyTypeEnabled } = organization;
  const names = policies.map(({ name }) => name).join(", ");
  const policyWarnings =
    policyTypeEnabled || policies.length === 0
      ? []
      : [`service control policies are turned off in this organization, so these aren't in the file: ${names}`];
  return {
    found: {
      ...organization,
      organizationalUnits: units,
      accounts: members.filter((account) => reasonOf(account) === undefined),
      policies: policyTypeEnabled ? policies : [],
    },
    warnings: [...unitWarnings, ...accountWarnings, ...policyWarnings],
  };
}

/** What the file takes as an email: braces would be placeholders there. */
const validEmail = /^(?=[\x21-\x7e]{6,64}$)[^@{}]+@[^@.{}]+(\.[^@.{}]+)+$/;

/**
 * Whether the file can have the path of a unit. A name with a slash in it looks like a unit whose parent is missing; and
 * what is below a unit that is left out is left out too.
 */
function isExpressible(path: string, units: ReadonlyMap<string, string>): boolean {
  const cut = path.lastIndexOf("/");
  const parent = path.slice(0, Math.max(cut, 0));
  const fits = path !== rootPath && !/[{}]/.test(path) && path.slice(cut + 1).trim() !== "";
  return fits && (cut < 0 || (units.has(parent) && isExpressible(parent, units)));
}

/** AWS's own FullAWSAccess takes one place on each target, but may have been detached there to make room. */
function raisedQuota({ policies }: FoundOrganization): Pick<LandingZoneInput["organization"], "quotas"> {
  const targets = policies.flatMap((policy) => policy.targets);
  const numbers = [...Map.groupBy(targets, (target) => target).values()].map(({ length }) => length);
  const most = Math.max(0, ...numbers);
  return most < 10 ? {} : { quotas: { serviceControlPoliciesPerTarget: most + 1 } };
}

/** The file attaches policies to units only. */
function otherAttachments({ policies, organizationalUnits }: FoundOrganization): readonly string[] {
  return policies.flatMap(({ name, targets }) => {
    const others = targets.filter((target) => target !== rootPath && !organizationalUnits.has(target));
    return others.length === 0
      ? []
      : [`service control policy ${name} stays attached to ${others.join(", ")}, of which the file says nothing`];
  });
}

interface NamedAccount {
  /** Its name in the file. */
  readonly key: string;
  readonly team?: string;
  readonly environment?: string;
  readonly found: FoundAccount;
}

function unit({ found }: NamedAccount): string {
  return found.organizationalUnit;
}

/** What the file takes as the name of an account, team or stage. */
const validName = /^[A-Za-z][A-Za-z0-9._-]{0,49}$/;

function nameAccounts(
  members: readonly FoundAccount[],
  { patterns, environments }: AdoptOptions,
): readonly NamedAccount[] {
  const shapes = patterns.map((pattern) => shapeOf(pattern, environments));
  const taken = new Set(["all", "management"]);
  return [...members]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
    .map((found) => {
      const key = keyFor(found, taken);
      taken.add(key);
      const groups = key === found.name ? shapes.map((shape) => shape.exec(key)?.groups).find(Boolean) : undefined;
      const { team, environment } = groups ?? {};
      return team !== undefined &&
        environment !== undefined &&
        [team, environment].every((name) => validName.test(name))
        ? { key, team, environment, found }
        : { key, found };
    });
}

/** The name itself, where the file takes it; otherwise the nearest that it takes. AWS lets two accounts have one name. */
function keyFor({ name, id }: FoundAccount, taken: ReadonlySet<string>): string {
  const fitting = validName.test(name)
    ? name
    : name
        .replace(/[^A-Za-z0-9._]+/g, "-")
        .replace(/^[^A-Za-z]+|-+$/g, "")
        .slice(0, 37);
  const key = fitting === "" ? `account-${id}` : fitting;
  return taken.has(key) ? `${key.slice(0, 37)}-${id}` : key;
}

function shapeOf(pattern: string, environments: readonly string[]): RegExp {
  const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const source = escape(pattern)
    .replace(escape("{team}"), "(?<team>.+)")
    .replace(escape("{environment}"), `(?<environment>${environments.map(escape).join("|")})`);
  return new RegExp(`^${source}$`);
}

/** The form that most addresses have, with {account} for the name. */
function commonEmail(accounts: readonly NamedAccount[]): string {
  const forms = accounts.flatMap(({ key, found: { email } }) => {
    const at = email.toLowerCase().indexOf(key.toLowerCase());
    return at < 0 ? [] : [`${email.slice(0, at)}{account}${email.slice(at + key.length)}`];
  });
  const domain = accounts[0]?.found.email.split("@").at(-1) ?? "example.com";
  return mostFrequent(forms) ?? `aws+{account}@${domain}`;
}

/** Units without accounts, and those with policies: the others exist because accounts name them. */
function describeUnits(found: FoundOrganization): NonNullable<LandingZoneInput["organizationalUnits"]> {
  const policiesOn = (path: string): string[] =>
    found.policies.filter(({ targets }) => targets.includes(path)).map(({ name }) => name);
  const entries = [rootPath, ...found.organizationalUnits.keys()].map((path) => [path, policiesOn(path)] as const);
  return Object.fromEntries(
    entries
      .filter(([path, policies]) => policies.length > 0 || (path !== rootPath && !holdsAccounts(found, path)))
      .map(([path, policies]) => [path, policies.length > 0 ? { serviceControlPolicies: policies } : {}]),
  );
}

function holdsAccounts(found: FoundOrganization, path: string): boolean {
  return found.accounts.some(
    ({ organizationalUnit }) => organizationalUnit === path || organizationalUnit.startsWith(`${path}/`),
  );
}

function namePolicies(found: FoundOrganization): ReadonlyMap<string, { path: string; content: JsonObject }> {
  const taken = new Set<string>();
  return new Map(
    [...found.policies]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, id, content }) => {
        const fitting = name.replace(/[^A-Za-z0-9._-]+/g, "-");
        const file = taken.has(fitting.toLowerCase()) ? `${fitting}-${id}` : fitting;
        taken.add(file.toLowerCase());
        return [name, { path: `policies/${file}.json`, content }];
      }),
  );
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
