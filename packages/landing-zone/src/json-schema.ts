/** The landing zone file as JSON Schema, with which editors complete and check it. */

import type { JsonObject } from "@bulkhead/core";
import * as z from "zod";
import { landingZoneSchema } from "./schema.ts";

/**
 * The schema in JSON Schema draft 2020-12, for `bulkhead schema`. With `included`, that of a file which another one
 * includes: there no section is required.
 */
export function landingZoneJsonSchema({ included = false } = {}): JsonObject {
  const schema = included ? landingZoneSchema.partial() : landingZoneSchema;
  return jsonSchemaOf(schema);
}

export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }) as JsonObject;
}
