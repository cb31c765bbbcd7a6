/** Log retention: how long CloudWatch Logs keeps what a function prints. */

import { ensureRetention, readRetention, type Retention } from "../log-group.ts";
import { defineExtra, fieldChange } from "./extra.ts";

export const logRetention = defineExtra<Retention>({
  // Left as it is when it isn't declared any more: nothing is lost by keeping logs.
  matters: ({ extras }) => extras.logRetentionDays !== undefined,
  read: ({ run, wanted }) => readRetention(run, wanted.name),
  changes: ({ logRetentionDays }, found) =>
    fieldChange("logRetentionDays", found?.toString(), logRetentionDays?.toString()),
  write: async ({ run, wanted: { name, extras } }, found) => {
    if (extras.logRetentionDays !== undefined) await ensureRetention(run, name, extras.logRetentionDays, found);
  },
});
