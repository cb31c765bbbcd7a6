/** Provisioned concurrency: executions that are kept ready for the alias. */

import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  type GetProvisionedConcurrencyConfigResponse,
} from "@aws-sdk/client-lambda";
import { awsErrorName, wait } from "@bulkhead/credentials";
import { provisioningFailed } from "../errors.ts";
import { patienceMinutes } from "../wait.ts";
import { defineExtra, fieldChange, type ExtraPlace } from "./extra.ts";
import { manages } from "./names.ts";

const pause = 5_000;

export const provisionedConcurrency = defineExtra<GetProvisionedConcurrencyConfigResponse>({
  matters: ({ extras }, found) =>
    extras.provisionedConcurrency !== undefined || (found !== null && manages(found.tags, "provisioned")),
  read,
  changes: ({ provisionedConcurrency: wanted }, found) =>
    fieldChange(
      "provisionedConcurrency",
      found && `${found.RequestedProvisionedConcurrentExecutions}${found.Status === "FAILED" ? " (failed)" : ""}`,
      wanted?.toString(),
    ),
  write: async (place) => {
    const { client, run, wanted } = place;
    const { signal, report } = run.context;
    const input = { FunctionName: wanted.name, Qualifier: wanted.alias };
    const executions = wanted.extras.provisionedConcurrency;
    if (executions === undefined) {
      await client.send(new DeleteProvisionedConcurrencyConfigCommand(input));
      return;
    }
    let { Status: status, StatusReason: reason } = await client.send(
      new PutProvisionedConcurrencyConfigCommand({ ...input, ProvisionedConcurrentExecutions: executions }),
    );
    const giveUpAt = Date.now() + patienceMinutes * 60_000;
    while (status === "IN_PROGRESS") {
      if (Date.now() >= giveUpAt)
        throw provisioningFailed(wanted.name, `it isn't ready after ${patienceMinutes} minutes`);
      report({ type: "waiting", subject: wanted.name, reason: "provisioned concurrency is made ready" });
      await wait(pause, signal);
      const found = await read(place);
      [status, reason] = [found?.Status, found?.StatusReason];
    }
    if (status === "FAILED") throw provisioningFailed(wanted.name, reason);
  },
});

async function read({ client, wanted }: ExtraPlace): Promise<GetProvisionedConcurrencyConfigResponse | undefined> {
  const input = { FunctionName: wanted.name, Qualifier: wanted.alias };
  try {
    return await client.send(new GetProvisionedConcurrencyConfigCommand(input));
  } catch (error) {
    if (awsErrorName(error) === "ProvisionedConcurrencyConfigNotFoundException") return undefined;
    throw error;
  }
}
