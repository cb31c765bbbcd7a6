/** The public API of `@bulkhead/credentials`. */

export * from "./access.ts";
export * from "./across-accounts.ts";
export type { ApiCount, CallCount } from "./call-count.ts";
export * from "./disk-cache.ts";
export { awsErrorName, isUnanswered } from "./errors.ts";
export { leaseAccount, type Lease } from "./lease.ts";
export * from "./open-access.ts";
export { growingPauses, outwait, wait } from "./outwait.ts";
export { readAll, readPages, type PageToken } from "./pages.ts";
export type { SdkClient } from "./watch-client.ts";
