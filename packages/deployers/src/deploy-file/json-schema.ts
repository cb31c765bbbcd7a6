/** The deploy file as JSON Schema, with which editors complete and check it. */

import type { JsonObject } from "@bulkhead/core";
import { jsonSchemaOf } from "@bulkhead/landing-zone";
import { deployFileSchema } from "./schema.ts";

/** The schema in JSON Schema draft 2020-12. */
export function deployFileJsonSchema(): JsonObject {
  return jsonSchemaOf(deployFileSchema);
}
