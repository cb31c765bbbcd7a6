/** `list`: the stacks of the account and region, and whose they are. */

import { renderTable, type Result } from "@bulkhead/core";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { placeOf, type DeployRun } from "../../run.ts";
import { readStacks } from "../actual.ts";
import { applicationTag, environmentTag } from "../../owner.ts";

export async function runList(run: DeployRun): Promise<Result> {
  const found = await readStacks(run.access.client(CloudFormationClient, run.place));
  const declared = new Set(run.target.stacks.map(({ name }) => name));
  const stacks = found
    .filter(({ parentId }) => parentId === undefined)
    .map(({ name, status, tags, changed }) => ({
      name,
      status,
      application: tags.get(applicationTag) ?? null,
      environment: tags.get(environmentTag) ?? null,
      declared: declared.has(name),
      changed: new Date(changed).toISOString(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = ["Stack", "Status", "Application", "Environment", "Declared", "Changed"];
  const rows = stacks.map((stack) => [
    stack.name,
    stack.status,
    stack.application ?? "-",
    stack.environment ?? "-",
    stack.declared ? "yes" : "no",
    stack.changed,
  ]);
  return {
    document: { kind: "stacks", version: 1, ...placeOf(run), stacks },
    text: (style) => renderTable(head, rows, style),
    markdown: () => renderTable(head, rows, "markdown"),
  };
}
