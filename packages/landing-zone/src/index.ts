/** The public API of `@bulkhead/landing-zone`. */

export { whoMayEnterWhat, type AccessEntry } from "./access.ts";
export { starterFiles } from "./example.ts";
export { conditionsHold, listOf, type Truth } from "./conditions.ts";
export { diskFiles, findMergeConflict, pathBeside, readText, type Files } from "./files.ts";
export { formatLandingZone } from "./format.ts";
export { groupName } from "./group-names.ts";
export { jsonSchemaOf, landingZoneJsonSchema } from "./json-schema.ts";
export { loadLandingZone } from "./load.ts";
export * from "./lock-file.ts";
export { compareText, isWithin, root, splitUnit } from "./model.ts";
export type {
  AccessRule,
  Account,
  Environment,
  LandingZone,
  OrganizationalUnit,
  Role,
  ServiceControlPolicy,
} from "./model.ts";
export { arnOfRole, roleArn } from "./roles.ts";
export type { RoleTrust } from "./schema-roles.ts";
export type { Trail } from "./schema-trail.ts";
export type { Baseline, LandingZoneInput, Organization, Selector, Ssh, Users } from "./schema.ts";
export { select, type Estate } from "./selectors.ts";
export { neededActions } from "./self-lock-out.ts";
export { fillTemplate, placeholdersOf } from "./template.ts";
export { schemaProblems } from "./schema-problems.ts";
export { parseYaml, type Path, type Places } from "./yaml-source.ts";
export { wildcard } from "./wildcard.ts";
