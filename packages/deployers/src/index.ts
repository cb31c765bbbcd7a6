/** The public API of `@bulkhead/deployers`. */

export { deployCommands } from "./command.ts";
export { deployFileJsonSchema } from "./deploy-file/json-schema.ts";
export { loadDeployFile, type DeployFile } from "./deploy-file/load.ts";
export { targetFromFile, type Target } from "./target.ts";
