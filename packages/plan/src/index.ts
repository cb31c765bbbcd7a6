/** The public API of `@bulkhead/plan`: changes as data, and what can be done with them. */

export * from "./apply.ts";
export * from "./change.ts";
export type { Run, View } from "./commands.ts";
export * from "./compare.ts";
export * from "./fields.ts";
export * from "./guard.ts";
export * from "./pending.ts";
export * from "./plan-file.ts";
export * from "./render.ts";
export * from "./standing.ts";
