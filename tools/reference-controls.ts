/** The pages of the reference about the baseline: one for each control, and the policy with the rights of all. */

import { policyOf, type Control, type Right } from "@bulkhead/baseline";
import type { Json, JsonObject } from "@bulkhead/core";
import { landingZoneJsonSchema } from "@bulkhead/landing-zone";

/** A control's page, in Markdown. */
export function controlPage(control: Control): string {
  const { name, section, alsoIn = [], summary, scope, dependsOn, kinds, rights } = control;
  const places = [...(section === null ? [] : [`baseline.${section}`]), ...alsoIn];
  const objects = kinds.flatMap((kind) => [
    `### \`${kind.name}\``,
    "",
    ...table(
      ["field", ""],
      Object.entries(kind.fields).map(([field, meaning]) => [`\`${field}\``, meaning]),
    ),
    "",
    kind.extra === "delete"
      ? "One that the file doesn't want is deleted, if it is Bulkhead's own or the file names it."
      : "One that the file doesn't want is left alone.",
    "",
  ]);
  return [
    `# ${name}`,
    "",
    "Made from the code.",
    "",
    summary,
    "",
    `Scope: ${scope.name}. ${dependsOn.length > 0 ? `Comes after ${dependsOn.join(", ")}.` : ""}`,
    "",
    "## In the landing zone file",
    "",
    ...(places.length === 0 ? ["It has no section: every landing zone has it."] : places.flatMap(sectionOf)),
    "",
    "## Objects",
    "",
    ...objects,
    "## Rights",
    "",
    "To plan:",
    "",
    ...rightsList(rights.read),
    "",
    "To apply, besides:",
    "",
    ...rightsList(rights.write),
  ].join("\n");
}

/** The pages' index. */
export function controlsIndex(controls: readonly Control[]): string {
  const rows = controls.map(({ name, scope, summary }) => [`[${name}](${name}.md)`, scope.name, summary]);
  const intro = "What an account can be given. The rights of all controls together are in [rights.json](rights.json).";
  return ["# Controls", "", "Made from the code.", "", intro, "", ...table(["control", "scope", ""], rows)].join("\n");
}

/** The policy with the rights of all controls, as JSON. */
export function rightsPolicy(controls: readonly Control[]): string {
  return JSON.stringify(policyOf(controls), undefined, 2);
}

function sectionOf(path: string): string[] {
  const schema = path.split(".").reduce<JsonObject>((outer, key) => {
    const named = at(outer, "properties", key);
    return Object.keys(named).length > 0 ? named : at(outer, "additionalProperties");
  }, landingZoneJsonSchema());
  const rows = keysOf(schema, "");
  const key = `\`${path}\`: ${text(schema["description"])}${values(schema)}`;
  return rows.length === 0 ? [key, ""] : [key, "", ...table(["key", "", "default"], rows), ""];
}

function keysOf(schema: JsonObject, prefix: string): string[][] {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, JsonObject>>;
  return Object.entries(properties).flatMap(([key, inner]) => {
    const path = `${prefix}${key}`;
    const fallback = inner["default"] === undefined ? "" : `\`${JSON.stringify(inner["default"])}\``;
    const row = [`\`${path}\``, `${text(inner["description"])}${values(inner)}`, fallback];
    return [row, ...keysOf(inner, `${path}.`)];
  });
}

function values({ const: only, enum: some }: JsonObject): string {
  const allowed = only === undefined ? ((some ?? []) as readonly Json[]) : [only];
  return allowed.length === 0 ? "" : ` (${allowed.map((value) => `\`${String(value)}\``).join(", ")})`;
}

function rightsList(rights: readonly Right[]): string[] {
  if (rights.length === 0) return ["- nothing"];
  return rights.map(({ actions, resources }) => {
    const on = resources.map((resource) => `\`${resource}\``).join(", ");
    return `- ${actions.map((action) => `\`${action}\``).join(", ")} on ${on}`;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function at(json: JsonObject, ...path: readonly string[]): JsonObject {
  return path.reduce<JsonObject>((inner, key) => (inner[key] ?? {}) as JsonObject, json);
}

function text(json: Json | undefined): string {
  return typeof json === "string" ? json : "";
}
