// A Lambda handler that works in its own environment only.
//
// The names are compiled in, since a function has no lock file: let your bundler include bulkhead.lock.json
// (`import lock from "./bulkhead.lock.json" with { type: "json" }`). The invocation's ARN saves the call to STS, and the
// answer is kept, so that only a cold start pays: about a millisecond.
import { requireEnvironment } from "@bulkhead/env-detect";

const accounts = {
  "player-dev": { id: "111111111111", team: "player", environment: "dev" },
  "player-prod": { id: "222222222222", team: "player", environment: "prod", protected: true },
};

export async function handler(event, context) {
  const { environment } = await requireEnvironment(
    { environment: process.env.DEPLOY_ENVIRONMENT },
    { accounts, invokedFunctionArn: context.invokedFunctionArn },
  );
  return { ran: event.job, in: environment.value };
}
