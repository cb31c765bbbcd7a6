/** The public API of `@bulkhead/core`. The adapter stands apart, in `@bulkhead/core/adapter`: only programs need it. */

export { clean, cleanLines } from "./clean.ts";
export * from "./command.ts";
export * from "./common-flags.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./exit-codes.ts";
export * from "./flag.ts";
export * from "./json.ts";
export * from "./style.ts";
export * from "./suggest.ts";
export * from "./table.ts";
export * from "./write-file.ts";
