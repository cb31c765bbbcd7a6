/** The accounts that follow from the file: one a team and stage, those named, and what overrides them. */

import { formatWhere, type BulkheadError, type Where } from "@bulkhead/core";
import { checkAccounts, type Settled } from "./account-checks.ts";
import { problem, unknownName } from "./errors.ts";
import { compareText, root, type Account } from "./model.ts";
import type { AccountSettings, LandingZoneFile } from "./schema.ts";
import { fillTemplate } from "./template.ts";
import type { Path, Places } from "./yaml-source.ts";

/** An account before its settings are decided. */
interface Draft {
  readonly name: string;
  readonly team?: string;
  readonly environment?: string | undefined;
  /** Where the account is named. */
  readonly path: Path;
  /** What sets its settings: environment, team, account; the last one wins. */
  readonly layers: readonly Layer[];
}

interface Layer {
  readonly settings: AccountSettings;
  readonly path: Path;
}

/** The accounts, sorted by name. One with a fault is reported and left in, as far as it can be told. */
export function deriveAccounts(file: LandingZoneFile, places: Places, problems: BulkheadError[]): readonly Settled[] {
  const settled = draftAccounts(file, places, problems).map((draft) => settle(draft, file, places, problems));
  settled.sort((a, b) => compareText(a.account.name, b.account.name));
  checkAccounts(settled, file.organization, places, problems);
  return settled;
}

function draftAccounts(file: LandingZoneFile, places: Places, problems: BulkheadError[]): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  const add = (draft: Draft): void => {
    const first = drafts.get(draft.name);
    if (first === undefined) drafts.set(draft.name, draft);
    else {
      const other = formatWhere(places.atKey(first.path));
      const message = `Two accounts are named "${draft.name}": the other one is at ${other}`;
      problems.push(problem("LandingZone.AccountNameTaken", places.atKey(draft.path), message));
    }
  };
  const environmentLayers = (name: string | undefined, path: Path): readonly Layer[] => {
    if (name === undefined) return [];
    const settings = environmentOf(file, name);
    if (settings) return [{ settings, path: ["environments", name] }];
    problems.push(unknownName("environment", name, Object.keys(file.environments), places.at(path)));
    return [];
  };

  for (const [team, { environments = [], accounts = {}, ...settings }] of Object.entries(file.teams)) {
    const teamLayer = { settings, path: ["teams", team] };
    environments.forEach((environment, index) => {
      const path = [...teamLayer.path, "environments", index];
      const layers = [...environmentLayers(environment, path), teamLayer];
      add({ name: `${team}-${environment}`, team, environment, path, layers });
    });
    for (const [name, own] of Object.entries(accounts)) {
      const path = [...teamLayer.path, "accounts", name];
      const layers = [
        ...environmentLayers(own.environment, [...path, "environment"]),
        teamLayer,
        { settings: own, path },
      ];
      add({ name, team, environment: own.environment, path, layers });
    }
  }
  for (const [name, own] of Object.entries(file.accounts)) {
    const path = ["accounts", name];
    const derived = drafts.get(name);
    if (derived === undefined) {
      const layers = [...environmentLayers(own.environment, [...path, "environment"]), { settings: own, path }];
      add({ name, environment: own.environment, path, layers });
      continue;
    }
    if (own.environment !== undefined) {
      const message = `The environment of ${name} is set by its team, at ${formatWhere(places.atKey(derived.path))}`;
      problems.push(problem("LandingZone.EnvironmentSetTwice", places.at([...path, "environment"]), message));
    }
    drafts.set(name, { ...derived, layers: [...derived.layers, { settings: own, path }] });
  }
  return [...drafts.values()];
}

function settle(draft: Draft, file: LandingZoneFile, places: Places, problems: BulkheadError[]): Settled {
  const { name, team, environment, layers } = draft;
  const where = places.atKey(draft.path);
  const layerOf = (key: keyof AccountSettings) => layers.findLast(({ settings }) => settings[key] !== undefined);
  const setting = <K extends keyof AccountSettings>(key: K) => layerOf(key)?.settings[key];
  const placeOf = (key: keyof AccountSettings): Where => {
    const layer = layerOf(key);
    return places.at(layer ? [...layer.path, key] : ["organization", "accountEmail"]);
  };

  const department = setting("department");
  const fill = (template: string, place: Where): string | undefined => {
    const { text, unset } = fillTemplate(template, { account: name, team, environment, department });
    for (const placeholder of unset) {
      const next = `Set the ${placeholder} of ${name}, or override there what uses it.`;
      const message = `{${placeholder}} has no value for account ${name}`;
      problems.push(problem("LandingZone.PlaceholderUnset", place, message, { next }));
    }
    return unset.length === 0 ? text : undefined;
  };

  const email = fill(setting("email") ?? file.organization.accountEmail, placeOf("email"));
  if (email !== undefined) checkEmail(name, email, placeOf("email"), problems);

  const unit = setting("organizationalUnit");
  const known = environment === undefined || environmentOf(file, environment) !== undefined;
  if (unit === undefined && known) {
    const others = environment === undefined ? "" : `, or to environment ${environment}`;
    problems.push(
      problem("LandingZone.OrganizationalUnitMissing", where, `Account ${name} has no organizational unit`, {
        next: `Add \`organizationalUnit: …\` to the account${others}; ${root} is the top of the organization.`,
      }),
    );
  }
  if (name.length > 50 && setting("accountName") === undefined) {
    problems.push(
      problem("LandingZone.AccountNameTooLong", where, `The account name ${name} is longer than AWS's 50 characters`),
    );
  }
  const tags = Object.fromEntries(layers.flatMap(({ settings }) => Object.entries(settings.tags ?? {})));
  if (Object.keys(tags).length > 50) {
    problems.push(problem("LandingZone.TooManyTags", where, `Account ${name} has more than AWS's 50 tags`));
  }

  const account = withoutUndefined<Account>({
    name,
    team,
    environment,
    department,
    email: email ?? "",
    hasOwnEmail: setting("email") !== undefined,
    organizationalUnit: (unit && fill(unit, placeOf("organizationalUnit"))) ?? root,
    protected: setting("protected") ?? false,
    tags,
    id: setting("id"),
    accountName: setting("accountName") ?? name,
    previously: setting("previously"),
    where,
  });
  return { account, placeOf };
}

function environmentOf(file: LandingZoneFile, name: string) {
  return Object.hasOwn(file.environments, name) ? file.environments[name] : undefined;
}

/** What AWS takes: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html */
function checkEmail(name: string, email: string, where: Where, problems: BulkheadError[]): void {
  const fault =
    email.length < 6 || email.length > 64
      ? `is ${String(email.length)} characters long; AWS takes 6 to 64`
      : !/^[\x21-\x7e]+$/.test(email)
        ? "holds characters that AWS refuses"
        : !/^[^@]+@[^@.]+(\.[^@.]+)+$/.test(email)
          ? "isn't an address"
          : undefined;
  if (fault === undefined) return;
  problems.push(problem("LandingZone.EmailInvalid", where, `The email of account ${name}, "${email}", ${fault}`));
}

/** An object without the keys that have no value: in the model an absent key says that there is none. */
function withoutUndefined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
