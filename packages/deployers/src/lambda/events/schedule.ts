/** Events of a schedule. */

import type { Wiring } from "./model.ts";
import { desiredRule } from "./rule.ts";
import type { ScheduleInput } from "./schema.ts";
import type { Site } from "./site.ts";

export function desiredSchedule(input: ScheduleInput, site: Site): Wiring {
  return desiredRule("schedule", site, input, { ScheduleExpression: input.expression });
}
