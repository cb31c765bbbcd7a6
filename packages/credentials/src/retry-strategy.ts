/** When a call is sent again: a refusal for its rate always (AWS has done nothing), a lost answer only where that is safe. */

import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";
import { isThrottled } from "./errors.ts";

/** How often AWS may refuse one call for its rate; the throttle spaces the attempts. */
const refusalsPerCall = 20;
const firstDelay = 200;
const longestDelay = 10_000;

interface Token extends RetryToken {
  readonly refusals: number;
  readonly failures: number;
}

/**
 * @param attempts how often a call may be sent whose answer was lost or whose server failed: 1 for what must not be repeated
 * @param random from 0 up to 1, for the jitter that keeps many workers from coming back at once
 */
export function createRetryStrategy(attempts: number, random: () => number = Math.random): RetryStrategyV2 {
  const token = (refusals: number, failures: number): Token => ({
    refusals,
    failures,
    getRetryCount: () => refusals + failures,
    // After a refusal the throttle alone decides when.
    getRetryDelay: () => (failures === 0 ? 0 : random() * Math.min(longestDelay, firstDelay * 2 ** failures)),
  });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (before: RetryToken, { error, errorType }: RetryErrorInfo) => {
      const { refusals, failures } = before as Token;
      if (isThrottled(error) && refusals < refusalsPerCall) return token(refusals + 1, failures);
      const lost = errorType === "TRANSIENT" || errorType === "SERVER_ERROR";
      if (!isThrottled(error) && lost && failures + 1 < attempts) return token(refusals, failures + 1);
      throw error;
    },
    recordSuccess: () => undefined,
  };
}
