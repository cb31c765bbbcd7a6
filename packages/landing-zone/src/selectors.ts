/** Selectors: the one way to say which accounts are meant, in every section of the file and on the command line. */

import { throwAny, type BulkheadError, type Where } from "@bulkhead/core";
import { problem, unknownName } from "./errors.ts";
import { isWithin, root, type Account, type LandingZone } from "./model.ts";
import type { Selector } from "./schema.ts";
import type { Path } from "./yaml-source.ts";

/** What a selector chooses from. */
export type Estate = Pick<LandingZone, "accounts" | "teams" | "environments" | "organizationalUnits">;

/**
 * The accounts that a selector chooses, in their order; the management account is never among them. A plain name is an
 * account's. Every key of a map must hold, and of the values under one key any. A unit stands for all that is below it.
 * @throws BulkheadError `LandingZone.UnknownName` when it names an account, team, environment or unit that isn't there.
 */
export function select(estate: Estate, selector: Selector): readonly Account[] {
  throwAny(selectorProblems(estate, selector, () => undefined));
  return estate.accounts.filter((account) => isSelected(account, selector));
}

/** As `select`, but undefined for a selector with a fault: while loading, all of those are reported in one place. */
export function trySelect(estate: Estate, selector: Selector): readonly Account[] | undefined {
  return selectorProblems(estate, selector, () => undefined).length > 0 ? undefined : select(estate, selector);
}

/** The names in a selector that nothing has; `place` finds the place of a part of it. */
export function selectorProblems(
  estate: Estate,
  selector: Selector,
  place: (path: Path) => Where | undefined,
): readonly BulkheadError[] {
  if (selector === "all") return [];
  const known = {
    account: estate.accounts.map(({ name }) => name),
    team: estate.teams,
    environment: estate.environments.map(({ name }) => name),
    "organizational unit": [root, ...estate.organizationalUnits.map(({ path }) => path)],
  };
  const check = (
    kind: keyof typeof known,
    names: string | readonly string[] | undefined,
    path: Path,
  ): BulkheadError[] => {
    const faults: BulkheadError[] = [];
    listOf(names).forEach((name, index) => {
      if (known[kind].includes(name)) return;
      const where = place(typeof names === "string" ? path : [...path, index]);
      faults.push(kind === "account" ? notAnAccount(name, known, where) : unknownName(kind, name, known[kind], where));
    });
    return faults;
  };
  if (typeof selector === "string" || Array.isArray(selector)) return check("account", selector, []);
  return [
    ...check("team", selector.team, ["team"]),
    ...check("environment", selector.environment, ["environment"]),
    ...check("environment", selector.environments, ["environments"]),
    ...check("organizational unit", selector.organizationalUnit, ["organizationalUnit"]),
  ];
}

function isSelected(account: Account, selector: Selector): boolean {
  if (selector === "all") return true;
  if (typeof selector === "string" || Array.isArray(selector)) return listOf(selector).includes(account.name);
  const { team, environment = selector.environments, organizationalUnit, tag = {} } = selector;
  const among = (names: string | readonly string[] | undefined, value: string | undefined): boolean =>
    names === undefined || (value !== undefined && listOf(names).includes(value));
  return (
    among(team, account.team) &&
    among(environment, account.environment) &&
    (organizationalUnit === undefined ||
      listOf(organizationalUnit).some((unit) => isWithin(account.organizationalUnit, unit))) &&
    Object.entries(tag).every(([key, values]) => among(values, account.tags[key]))
  );
}

/** Says more than "unknown" to who wrote a team's name, say, where an account's is meant. */
function notAnAccount(
  name: string,
  known: Readonly<Record<"account" | "team" | "environment" | "organizational unit", readonly string[]>>,
  where: Where | undefined,
): BulkheadError {
  const message = `There is no account "${name}"`;
  const meant = (
    [
      ["team", "team"],
      ["environment", "environment"],
      ["organizational unit", "organizationalUnit"],
    ] as const
  ).find(([kind]) => known[kind].includes(name));
  if (meant) {
    const [kind, key] = meant;
    const next = `For the accounts of the ${kind}, write { ${key}: ${name} }.`;
    return problem("LandingZone.UnknownName", where, message, { next });
  }
  if (name === "all")
    return problem("LandingZone.UnknownName", where, message, { next: "`all` stands alone, not in a list." });
  if (name === "management") {
    return problem("LandingZone.UnknownName", where, message, {
      next: "Selectors don't reach the management account.",
    });
  }
  return unknownName("account", name, known.account, where);
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === "string" ? [names] : (names ?? []);
}
