/** The public API of `@bulkhead/directory`. */

export { attributeValue } from "./attribute-value.ts";
export { normalizeDn } from "./dn.ts";
export { attributesToFindBy, findPeople } from "./find-people.ts";
export type * from "./follow-events.ts";
export { followDirectory, type FollowOptions } from "./follow.ts";
export type * from "./model.ts";
export { readDirectory } from "./read-directory.ts";
export type * from "./settings.ts";
