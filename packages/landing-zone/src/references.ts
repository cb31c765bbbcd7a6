/** The names by which sections refer to accounts: each must be there, and a selector ought to choose something. */

import type { BulkheadError, Where } from "@bulkhead/core";
import { unknownName } from "./errors.ts";
import type { LandingZoneFile, Selector } from "./schema.ts";
import { selectorProblems, trySelect, type Estate } from "./selectors.ts";
import type { Path, Places } from "./yaml-source.ts";

/**
 * Checks every selector of the file. One that names what isn't there is a problem; one that chooses nothing yet is only
 * a warning, as a rule may well be written before the first account that it is for.
 */
export function checkReferences(
  file: LandingZoneFile,
  estate: Estate,
  places: Places,
  problems: BulkheadError[],
  warn: (where: Where, text: string) => void,
): void {
  for (const { selector, path } of selectorsOf(file)) {
    problems.push(...selectorProblems(estate, selector, (part) => places.at([...path, ...part])));
    if (trySelect(estate, selector)?.length === 0) warn(places.at(path), "no account is selected");
  }
  const accounts = estate.accounts.map(({ name }) => name);
  file.baseline?.defaultVpc?.removeFrom.forEach((account, index) => {
    const where = places.at(["baseline", "defaultVpc", "removeFrom", index]);
    if (!accounts.includes(account)) problems.push(unknownName("account", account, accounts, where));
  });
  file.baseline?.network?.peerings.forEach((pair, index) => {
    pair.forEach((account, side) => {
      const where = places.at(["baseline", "network", "peerings", index, side]);
      if (!accounts.includes(account)) problems.push(unknownName("account", account, accounts, where));
    });
  });
}

function selectorsOf(file: LandingZoneFile): readonly { selector: Selector; path: Path }[] {
  const roles = Object.entries(file.roles).map(([name, { accounts }]) => ({
    selector: accounts,
    path: ["roles", name, "accounts"],
  }));
  const access = file.access.map(({ accounts }, index) => ({
    selector: accounts,
    path: ["access", index, "accounts"],
  }));
  const exceptions = (file.baseline?.exceptions ?? []).map((exception, index) => ({
    selector: exception.accounts,
    path: ["baseline", "exceptions", index, "accounts"],
  }));
  const network = { selector: file.baseline?.network?.accounts, path: ["baseline", "network", "accounts"] };
  const ssh = (file.ssh?.access ?? []).map(({ accounts }, index) => ({
    selector: accounts,
    path: ["ssh", "access", index, "accounts"],
  }));
  return [...roles, ...access, ...exceptions, network, ...ssh].flatMap(({ selector, path }) =>
    selector === undefined ? [] : [{ selector, path }],
  );
}
