/** The scopes of controls: which places each covers. */

import type { LandingZone } from "@bulkhead/landing-zone";
import type { Scope, Site } from "./control.ts";

/** The name of the management account, which no section of the file lists. */
export const management = "management";

/** The region of what has none. */
export const global = "global";

/** One place for the whole organization. */
export function organization(site: (landingZone: LandingZone) => Site): Scope {
  return { name: "organization", sites: (landingZone) => [site(landingZone)] };
}

/** Every account, once. `alsoIn` names further accounts, `management` say; one that is named twice counts once. */
export function account(alsoIn: (landingZone: LandingZone) => readonly string[] = () => []): Scope {
  return {
    name: "account",
    sites: (landingZone) =>
      [...new Set([...accountsOf(landingZone), ...alsoIn(landingZone)])].map((name) => ({
        account: name,
        region: global,
      })),
  };
}

/** Every account, in each region where accounts may work. */
export const accountAndRegion: Scope = {
  name: "account and region",
  sites: (landingZone) =>
    accountsOf(landingZone).flatMap((name) => regionsOf(landingZone).map((region) => ({ account: name, region }))),
};

/** The regions where accounts may work: the home region, where the file names no others. */
function regionsOf({ organization: { homeRegion, regions } }: LandingZone): readonly string[] {
  return regions ?? [homeRegion];
}

function accountsOf({ accounts, baseline }: LandingZone): readonly string[] {
  return [...(baseline?.includeManagement ? [management] : []), ...accounts.map(({ name }) => name)];
}
