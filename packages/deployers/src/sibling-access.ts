/** Access to another environment of the same deploy file: by its own role, where that is another one. */

import { openAccess, type Access } from "@bulkhead/credentials";
import type { DeployRun } from "./run.ts";
import type { Target } from "./target.ts";

/**
 * Does `work` with access to the account of another environment, and closes what was opened for it.
 * @throws Credentials.WrongAccount where there is no role to enter that account by
 */
export async function withAccessTo<T>(
  { target, access, context }: Pick<DeployRun, "target" | "access" | "context">,
  { account, region, accessRole }: Target,
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const own = accessRole === target.accessRole;
  const used = own ? access : openAccess(context, { region, accessRole: accessRole ?? "" });
  try {
    if (accessRole === undefined) await used.expectAccount(account);
    return await work(used);
  } finally {
    if (!own) used.close();
  }
}
