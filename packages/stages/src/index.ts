/** The public API of `@bulkhead/stages`. */

export * from "./landing-zone-run.ts";
export { createReadiness, type Readiness } from "./ready.ts";
export * from "./run-stages.ts";
export * from "./stage.ts";
