/** `info`: what a stack is made of: state, parameters (secrets masked by AWS), outputs, resources. */

import { renderTable, type JsonObject, type Result, type Style } from "@bulkhead/core";
import { placeOf, type DeployRun } from "../../run.ts";
import { readResources, readStack } from "../actual.ts";
import { openStacks } from "./open.ts";

interface Info {
  readonly name: string;
  readonly status: string | null;
  readonly reason: string | null;
  readonly terminationProtection: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly id: string;
    readonly type: string;
    readonly physicalId: string;
    readonly status: string;
  }[];
}

export async function runInfo(run: DeployRun): Promise<Result> {
  const { waiting, stacks } = openStacks(run);
  const infos: Info[] = [];
  for (const { name } of stacks) {
    const stack = await readStack(waiting.client, name);
    const resources = stack ? await readResources(waiting.client, stack.id) : [];
    infos.push({
      name,
      status: stack?.status ?? null,
      reason: stack?.reason ?? null,
      terminationProtection: stack?.terminationProtection ?? false,
      parameters: Object.fromEntries(stack?.parameters ?? []),
      outputs: Object.fromEntries(stack?.outputs ?? []),
      tags: Object.fromEntries(stack?.tags ?? []),
      resources: resources.map((resource) => ({
        id: resource.LogicalResourceId ?? "",
        type: resource.ResourceType ?? "",
        physicalId: resource.PhysicalResourceId ?? "",
        status: resource.ResourceStatus ?? "",
      })),
    });
  }
  return {
    document: { kind: "stack-info", version: 1, ...placeOf(run), stacks: infos as unknown as JsonObject[] },
    text: (style) => infos.map((info) => renderInfo(info, style)).join("\n\n"),
  };
}

function renderInfo(info: Info, style: Style): string {
  const { name, status, reason, terminationProtection, resources } = info;
  if (status === null) return `${style.bold(name)}  doesn't exist`;
  const section = (title: string, entries: Readonly<Record<string, string>>): string[] =>
    Object.keys(entries).length === 0
      ? []
      : [style.dim(title), ...Object.entries(entries).map(([key, value]) => `    ${key} = ${value}`)];
  const rows = resources.map(({ id, type, physicalId, status: state }) => [id, type, physicalId, state]);
  return [
    `${style.bold(name)}  ${status}${reason === null ? "" : `: ${reason}`}${terminationProtection ? "  (protected from deletion)" : ""}`,
    ...section("  Parameters", info.parameters),
    ...section("  Outputs", info.outputs),
    ...section("  Tags", info.tags),
    renderTable(["Resource", "Type", "Id", "Status"], rows, style),
  ].join("\n");
}
