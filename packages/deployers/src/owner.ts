/** Whose a stack or function is: the tags that say so, and the decision. Pure. */

/** The tags by which what is deployed says whose it is. */
export const applicationTag = "bulkhead:application";
export const environmentTag = "bulkhead:environment";

/** Whose something is meant to be. */
export interface Owner {
  readonly application: string;
  readonly environment: string | undefined;
}

/** The tags that say so. */
export function ownerTags({ application, environment }: Owner): ReadonlyMap<string, string> {
  return new Map([
    [applicationTag, application],
    ...(environment === undefined ? [] : [[environmentTag, environment] as const]),
  ]);
}

/**
 * Whether something belongs to another application, or to another environment of this one.
 * @param adopt whether what has no owner may be taken over
 */
export function isForeign(
  { application, environment }: Owner,
  tags: ReadonlyMap<string, string>,
  adopt: boolean,
): boolean {
  const owner = tags.get(applicationTag);
  const from = tags.get(environmentTag);
  return (owner !== application && !(adopt && owner === undefined)) || (from !== undefined && from !== environment);
}
