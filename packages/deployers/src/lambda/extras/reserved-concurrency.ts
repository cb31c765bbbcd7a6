/** Reserved concurrency: executions that a function has for itself, and no more than these. */

import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { defineExtra, fieldChange } from "./extra.ts";
import { manages } from "./names.ts";

export const reservedConcurrency = defineExtra<number>({
  matters: ({ extras }, found) =>
    extras.reservedConcurrency !== undefined || (found !== null && manages(found.tags, "reserved")),
  // Comes with the function itself.
  read: async ({ found }) => found?.reservedConcurrency,
  changes: ({ reservedConcurrency: wanted }, found) =>
    fieldChange("reservedConcurrency", found?.toString(), wanted?.toString()),
  write: async ({ client, wanted: { name, extras } }) => {
    const { reservedConcurrency: wanted } = extras;
    await (wanted === undefined
      ? client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }))
      : client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: wanted })));
  },
});
