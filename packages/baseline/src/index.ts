/** The public API of `@bulkhead/baseline`. */

export { baselineCommands } from "./command.ts";
export type { Control, Found, Kind, Reach, Right, Scope, Site, Wanted } from "./control.ts";
export { controls } from "./controls/index.ts";
export { everything, type Selection } from "./desired.ts";
export { matrixOf, type Cell, type CellStatus, type Matrix } from "./matrix.ts";
export { policyOf } from "./rights.ts";
export { baselineStage } from "./stage.ts";
