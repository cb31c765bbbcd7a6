/** The public API of `@bulkhead/ssh-keys`. */

export { sshCommands } from "./command.ts";
export { readConfiguration, type Configuration } from "./configuration.ts";
export { watch, type WatchOptions } from "./daemon.ts";
export { wantedHere, type LandingZoneWithSsh } from "./desired.ts";
export { diffHost } from "./diff.ts";
export { explain, type ExplainedGroup, type ExplainedKey, type Explanation } from "./explain.ts";
export { parseKeys, type ParsedKeys, type PublicKey, type RefusedKey } from "./keys.ts";
export type * from "./model.ts";
export { planHost, type HostPlan, type PlanOptions } from "./plan.ts";
export type { Status } from "./status.ts";
export { sync, type SyncContext, type Synced } from "./sync.ts";
