/** The rights that controls need, together as one IAM policy. Pure. */

import type { JsonObject } from "@bulkhead/core";
import type { Control } from "./control.ts";
import { policyDocument } from "./policy-document.ts";

/** One statement for each set of resources, sorted, so that the same controls always give the same policy. */
export function policyOf(controls: readonly Control[]): JsonObject {
  const actionsOn = new Map<string, { resources: readonly string[]; actions: Set<string> }>();
  for (const { actions, resources } of controls.flatMap(({ rights }) => [...rights.read, ...rights.write])) {
    const key = [...resources].sort().join(" ");
    const statement = actionsOn.get(key) ?? { resources: [...resources].sort(), actions: new Set<string>() };
    for (const action of actions) statement.actions.add(action);
    actionsOn.set(key, statement);
  }
  const statements = [...actionsOn.values()].map(({ resources, actions }) => ({
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: resources,
  }));
  statements.sort((a, b) => (a.Resource.join(" ") < b.Resource.join(" ") ? -1 : 1));
  return policyDocument(statements);
}
