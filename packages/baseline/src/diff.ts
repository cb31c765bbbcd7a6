/**
 * What differs, place by place: pure.
 *
 *   the file wants | found                          | result
 *   ---------------+--------------------------------+------------------------------------------------
 *   it             | no                             | create
 *   it             | differs in a declared field    | update (replace, where a field can't be changed)
 *   it             | equal in all declared fields   | nothing
 *   not            | yes, of a kind that is exact   | delete, with the ownership that was found
 *   not            | yes, of any other kind         | listed as unmanaged
 *   any of these   | yes, and untouchable           | the change is held back, with the reason
 *
 * A control's changes wait for those of the controls that it depends on: in the same account, or anywhere where one of
 * the two is about the organization.
 */

import { changeId, compare, type Change, type Compared, type Unmanaged } from "@bulkhead/plan";
import type { Control, Found, Site, Wanted } from "./control.ts";
import type { WantedPlace } from "./desired.ts";

export interface FoundPlace extends WantedPlace {
  readonly found: readonly Found[];
}

export interface Difference {
  readonly changes: readonly Change[];
  readonly unmanaged: readonly Unmanaged[];
  /** Why a change can't be made, by its id. */
  readonly impossible: ReadonlyMap<string, string>;
}

export function diffBaseline(places: readonly FoundPlace[]): Difference {
  const compared = places.map((place) => ({ place, ...comparePlace(place) }));
  const changes = compared.flatMap(({ place, changes: ofPlace }) => {
    const { dependsOn } = place.control;
    const first = dependsOn.length === 0 ? [] : compared.filter((other) => comesBefore(other.place, place));
    const needed = first.flatMap((other) => other.changes.map(({ id }) => id));
    return ofPlace.map((change) => ({ ...change, dependsOn: [...new Set([...change.dependsOn, ...needed])].sort() }));
  });
  return {
    changes,
    unmanaged: compared.flatMap(({ unmanaged }) => unmanaged),
    impossible: new Map(places.flatMap(untouchable)),
  };
}

function comesBefore(other: FoundPlace, place: FoundPlace): boolean {
  const either = (control: Control): boolean => control.scope.name === "organization";
  const together = other.site.account === place.site.account || either(other.control) || either(place.control);
  return together && place.control.dependsOn.includes(other.control.name);
}

function comparePlace({ control, site, wanted, found }: FoundPlace): Compared {
  const compared = control.kinds.flatMap((kind) => {
    const ofKind = <T extends Wanted>(objects: readonly T[]): T[] => objects.filter((it) => it.kind === kind.name);
    const sites = new Map([...ofKind(wanted), ...ofKind(found)].map(({ at = site }) => [keyOf(at), at]));
    return [...sites].map(([key, { account, region }]) => {
      const here = ({ at = site }: Wanted): boolean => keyOf(at) === key;
      return compare({
        kind: kind.name,
        account,
        region,
        desired: new Map(
          ofKind(wanted)
            .filter(here)
            .map(({ name, fields }) => [name, fields]),
        ),
        actual: new Map(
          ofKind(found)
            .filter(here)
            .map((it) => [it.name, it]),
        ),
        extra: kind.extra ?? "unmanaged",
        ...(kind.immutable === undefined ? {} : { immutable: kind.immutable }),
        sentence: (action, name, before, after) =>
          kind.sentence(action, { account, region, kind: kind.name, name }, before, after),
        dependsOn: (name, after, before) =>
          kind.dependsOn?.({ account, region, kind: kind.name, name }, after, before) ?? [],
      });
    });
  });
  return {
    changes: compared.flatMap(({ changes }) => changes),
    unmanaged: compared.flatMap(({ unmanaged }) => unmanaged),
  };
}

function untouchable({ site, found }: FoundPlace): [string, string][] {
  return found.flatMap(({ kind, name, at = site, untouchable: reason }): [string, string][] =>
    reason === undefined ? [] : [[changeId({ ...at, kind, name }), reason]],
  );
}

function keyOf({ account, region }: Site): string {
  return `${account}/${region}`;
}
