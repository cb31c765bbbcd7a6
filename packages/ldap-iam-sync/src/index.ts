/** The public API of `@bulkhead/ldap-iam-sync`. */

export { neededAttributes } from "./attributes.ts";
export { usersCommands } from "./command.ts";
export { wantedUsers, type LandingZoneWithUsers } from "./desired.ts";
export { diffUsers, type Difference } from "./diff.ts";
export { explain, type ExplainedGroup, type Explanation } from "./explain.ts";
export type * from "./model.ts";
export { planUsers, type PlanOptions } from "./plan.ts";
export { openUsers, usersStage, type UsersStage } from "./stage.ts";
