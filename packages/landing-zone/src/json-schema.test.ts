/** The published JSON Schema: complete, and helpful to an editor. */

import { expect, test } from "@jest/globals";
import { landingZoneJsonSchema } from "./json-schema.ts";

test("has every section described, and unknown keys refused", () => {
  const schema = landingZoneJsonSchema();
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    additionalProperties: false,
    required: ["version", "organization"],
  });
  const sections = schema["properties"] as Record<string, { description?: string }>;
  expect(Object.keys(sections)).toContain("teams");
  expect(Object.values(sections).filter(({ description = "" }) => description === "")).toEqual([]);
});

test("requires no section of an included file", () => {
  expect(landingZoneJsonSchema({ included: true })).not.toHaveProperty("required");
});
