/** Events of EventBridge that match a pattern. */

import type { Json } from "@bulkhead/core";
import type { Wiring } from "./model.ts";
import { desiredRule } from "./rule.ts";
import type { PatternInput } from "./schema.ts";
import type { Site } from "./site.ts";

export function desiredPattern(input: PatternInput, site: Site): Wiring {
  return desiredRule("pattern", site, input, { EventPattern: input.pattern as Json }, input.bus);
}
