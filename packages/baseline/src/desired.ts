/** What the landing zone file wants, site by site: the controls that it names, the accounts that it has. Pure. */

import { BulkheadError, throwAny } from "@bulkhead/core";
import { select, type LandingZone } from "@bulkhead/landing-zone";
import type { Deferred } from "@bulkhead/plan";
import type { Control, Estate, Site, Wanted } from "./control.ts";
import { accountUnknown, unknownChoice } from "./errors.ts";
import { stageName } from "./model.ts";

/** What of the baseline a run is about. Empty lists mean all. */
export interface Selection {
  readonly accounts: readonly string[];
  readonly controls: readonly string[];
  /** Regions, and `global` for what has none. */
  readonly regions: readonly string[];
}

export const everything: Selection = { accounts: [], controls: [], regions: [] };

/** A control at one of its sites. */
export interface Place {
  readonly control: Control;
  readonly site: Site;
}

export interface WantedPlace extends Place {
  readonly wanted: readonly Wanted[];
}

export interface WantedBaseline {
  readonly places: readonly WantedPlace[];
  /** What needs an account that isn't there yet. */
  readonly waiting: readonly (Place & Deferred)[];
}

/** @throws what controls find wrong in the file */
export function wantedBaseline(controls: readonly Control[], selection: Selection, estate: Estate): WantedBaseline {
  const places: WantedPlace[] = [];
  const waiting: (Place & Deferred)[] = [];
  const problems: BulkheadError[] = [];
  for (const { control, site } of coveredPlaces(controls, selection, estate)) {
    if (estate.knownId(site.account) === undefined) {
      const reason = "it doesn't exist yet, or the lock file lacks its id (`bulkhead refresh`)";
      waiting.push({ control, site, stage: stageName, account: site.account, reason });
      continue;
    }
    try {
      places.push({ control, site, wanted: control.desired(site, estate) });
    } catch (error) {
      if (!(error instanceof BulkheadError)) throw error;
      if (error.code !== accountUnknown("").code) problems.push(error);
      else waiting.push({ control, site, stage: stageName, account: site.account, reason: error.message });
    }
  }
  throwAny(problems);
  return { places, waiting };
}

/** @throws Baseline.UnknownChoice where a selection names what isn't there */
export function checkSelection(controls: readonly Control[], selection: Selection, landingZone: LandingZone): void {
  const all = allPlaces(controls, landingZone);
  const check = (flag: keyof Selection, known: readonly string[]): void => {
    const unknown = selection[flag].filter((name) => !known.includes(name));
    throwAny(unknown.map((name) => unknownChoice(flag, name, [...new Set(known)])));
  };
  check(
    "accounts",
    all.map(({ site }) => site.account),
  );
  check(
    "controls",
    controls.map(({ name }) => name),
  );
  check(
    "regions",
    all.map(({ site }) => site.region),
  );
}

function coveredPlaces(controls: readonly Control[], selection: Selection, estate: Estate): readonly Place[] {
  return allPlaces(controls, estate.landingZone).filter(
    ({ control, site }) =>
      !estate.isLeftOut(site.account) &&
      isChosen(selection.accounts, site.account) &&
      isChosen(selection.controls, control.name) &&
      isChosen(selection.regions, site.region),
  );
}

/** The places of the controls that the file names, without those that it excepts. */
function allPlaces(controls: readonly Control[], landingZone: LandingZone): readonly Place[] {
  const { baseline } = landingZone;
  const exceptions = (baseline?.exceptions ?? []).map((exception) => ({
    sections: new Set<string | null>(exception.controls),
    accounts: new Set(select(landingZone, exception.accounts).map(({ name }) => name)),
  }));
  const isExcepted = ({ control, site }: Place): boolean =>
    exceptions.some(({ sections, accounts }) => sections.has(control.section) && accounts.has(site.account));
  return controls
    .filter(({ section }) => section === null || (baseline && Object.hasOwn(baseline, section)))
    .flatMap((control) => control.scope.sites(landingZone).map((site) => ({ control, site })))
    .filter((place) => !isExcepted(place));
}

function isChosen(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}
