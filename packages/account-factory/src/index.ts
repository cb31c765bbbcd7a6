/** The public API of `@bulkhead/account-factory`. */

export { accountsCommands } from "./command.ts";
export { diffOrganization, type Difference } from "./diff.ts";
export { listAccounts, type ListedAccount } from "./list.ts";
export { matchAccounts, type Matched } from "./match.ts";
export type { FoundAccount, FoundOrganization, FoundPolicy, WantedAccount, WantedOrganization } from "./model.ts";
export { accountsStage, withAccounts, type AccountsStage } from "./stage.ts";
