/** Tells Slack and webhooks how a deployment ended. Nobody's deployment fails because they can't be reached. */

import { BulkheadError, type JsonObject } from "@bulkhead/core";
import type { DeployRun } from "./run.ts";

const patience = 10_000;

/** @param sentence the end in one line, for people; @param document the whole of it, for machines */
export async function notify(run: DeployRun, sentence: string, document: JsonObject): Promise<void> {
  const { target, resolver, context } = run;
  await Promise.all(
    target.notifications.map(async ({ input, where }) => {
      const address = input.slack ?? input.webhook;
      if (address === undefined) return;
      const kind = input.slack ? "Slack" : "the webhook";
      try {
        const { value: url } = await resolver.resolve({ input: address, where });
        const answer = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(input.slack ? { text: sentence } : document),
          // A redirect could lead anywhere.
          redirect: "error",
          signal: AbortSignal.timeout(patience),
        });
        await answer.body?.cancel();
        if (!answer.ok) warn(`it answered ${answer.status}`);
      } catch (error) {
        // The address is a secret, and messages of the network repeat it; look-ups never do.
        if (error instanceof BulkheadError) warn(error.message);
        else
          warn(error instanceof Error && error.name === "TimeoutError" ? "it doesn't answer" : "it can't be reached");
      }
      function warn(why: string): void {
        context.report({ type: "warning", message: `${kind} wasn't told how the deployment ended: ${why}` });
      }
    }),
  );
}
