/** The public API of `@bulkhead/landing-zone`. */

export { whoMayEnterWhat, type AccessEntry } from "./access.ts";
export { starterFiles } from "./example.ts";
export { diskFiles, type Files } from "./files.ts";
export { formatLandingZone } from "./format.ts";
export { landingZoneJsonSchema } from "./json-schema.ts";
export { loadLandingZone } from "./load.ts";
export * from "./lock-file.ts";
export { isWithin, root } from "./model.ts";
export type {
  AccessRule,
  Account,
  Environment,
  LandingZone,
  OrganizationalUnit,
  Role,
  ServiceControlPolicy,
} from "./model.ts";
export { roleArn } from "./roles.ts";
export type { Baseline, LandingZoneInput, Organization, RoleTrust, Selector, Ssh, Users } from "./schema.ts";
export { select, type Estate } from "./selectors.ts";
export { neededActions } from "./self-lock-out.ts";
