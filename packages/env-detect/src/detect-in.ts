/** Detection itself: all that is found, then what it adds up to. */

import { decide } from "./decide.ts";
import type { Surroundings } from "./findings.ts";
import { gather } from "./gather.ts";
import type { DetectOptions, Environment } from "./model.ts";

/** Detects in any surroundings, such as a test makes up; nothing is cached. */
export async function detectIn(surroundings: Surroundings, options: DetectOptions): Promise<Environment> {
  return decide(await gather(surroundings, options), { crossAccount: options.crossAccount ?? false });
}
