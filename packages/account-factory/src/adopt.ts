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
  /** Contents of policies, by path relative to the file. */
  readonly policies: ReadonlyMap<string, JsonObject>;
}

/** Accounts that fit a pattern become teams and stages; every other one that is active becomes an account of its own. */
export function adoptOrganization(found: FoundOrganization, options: AdoptOptions): Adopted {
  const { managementAccountId, homeRegion, environments } = options;
  const members = found.accounts.filter(({ id, state }) => id !== managementAccountId && state === "ACTIVE");
  const named = nameAccounts(members, options);
  const accountEmail = commonEmail(named);
  const used = environments.filter((stage) => named.some(({ environment }) => environment === stage));
  const unitOf = new Map(
    used.map((stage) => [stage, mostFrequent(named.filter(({ environment }) => environment === stage).map(unit))]),
  );

  const teams: Record<string, { environments?: string[]; accounts?: Record<string, { environment: string }> }> = {};
  const accounts: NonNullable<LandingZoneInput["accounts"]> = {};
  for (const account of named) {
    const { key, team, environment, found: it } = account;
    if (team !== undefined && environment !== undefined) {
      const entry = (teams[team] ??= {});
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
  for (const { environments: stages } of Object.values(teams)) {
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
      },
      environments: Object.fromEntries(used.map((stage) => [stage, { organizationalUnit: unitOf.get(stage) }])),
      organizationalUnits: describeUnits(found),
      serviceControlPolicies: Object.fromEntries([...policyFiles].map(([name, { path }]) => [name, path])),
      accounts,
      teams,
    },
    policies: new Map([...policyFiles.values()].map(({ path, content }) => [path, content])),
  };
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

/** What the file takes as the name of an account or team. */
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
      return team !== undefined && environment !== undefined && validName.test(team)
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
    ({ organizationalUnit, state }) =>
      state === "ACTIVE" && (organizationalUnit === path || organizationalUnit.startsWith(`${path}/`)),
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
