/** What a look-up is: a value that stands elsewhere, and what is needed to fetch it. */

import type { Access, Place } from "@bulkhead/credentials";
import type { LockFile } from "@bulkhead/landing-zone";

/** What look-ups are made with. */
export interface LookupContext {
  readonly access: Access;
  /** Where it is looked, unless the look-up names another place. */
  readonly place: Place;
  readonly env: NodeJS.ProcessEnv;
  /** The folder whose git repository is meant. */
  readonly folder: string;
  /** Stack names by the keys of the deploy file. */
  readonly stackNames: ReadonlyMap<string, string>;
  readonly lockFile: () => LockFile;
}

/** Something that isn't there; the caller says where it was asked for. */
export class NotThere extends Error {}

/** The place that a look-up names, or the target's own. */
export function placeOf(
  { place }: LookupContext,
  { account, region }: { readonly account?: string | undefined; readonly region?: string | undefined },
): Place {
  return { account: account ?? place.account, region: region ?? place.region };
}
