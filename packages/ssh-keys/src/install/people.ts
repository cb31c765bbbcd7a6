/** What uninstalling does with the users that Bulkhead made: as a sync would. */

import { BulkheadError, throwAny } from "@bulkhead/core";
import { removeUser, shutOutUser } from "../apply-users.ts";
import type { FoundHost } from "../model.ts";
import { PEOPLE_GROUP } from "../paths.ts";
import { runTool } from "../run-tool.ts";

/** Their homes stay. @throws BulkheadError Ssh.ToolFailed: who still runs something stays, and everybody else is gone */
export async function removePeople({ people, groups, state }: FoundHost): Promise<void> {
  await forEach(people, (user) => removeUser({ user }));
  const ours = Object.keys(state.groups).filter((name) => groups.get(name)?.gid === state.groups[name]);
  await forEach(ours, (name) => runTool("groupdel", [name]));
  if (groups.has(PEOPLE_GROUP)) await runTool("groupdel", [PEOPLE_GROUP]);
}

/** @throws BulkheadError Ssh.ToolFailed */
export async function lockPeople({ people }: FoundHost): Promise<void> {
  await forEach(people, (user) => shutOutUser({ user }, false));
}

/** One after the other: the tools lock each other out. */
async function forEach<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
  const errors: BulkheadError[] = [];
  for (const item of items) {
    await action(item).catch((error: unknown) => {
      if (!(error instanceof BulkheadError)) throw error;
      errors.push(error);
    });
  }
  throwAny(errors);
}
