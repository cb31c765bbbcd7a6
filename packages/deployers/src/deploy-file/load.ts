/** Loading: from the path of a deploy file to its content, checked in its shape, with the place of everything in it. */

import { throwAny, type BulkheadError } from "@bulkhead/core";
import {
  diskFiles,
  findMergeConflict,
  parseYaml,
  readText,
  schemaProblems,
  type Files,
  type Path,
  type Places,
} from "@bulkhead/landing-zone";
import { fileMissing, inDeployFile, invalid, mergeConflict, unknownName } from "../errors.ts";
import { deployFileSchema, type DeployFileInput, type FunctionInput, type StackInput } from "./schema.ts";

export interface DeployFile extends Places {
  readonly file: string;
  readonly content: DeployFileInput;
}

/**
 * @returns undefined where there is no such file
 * @throws BulkheadError `DeployFile.*` with all that is wrong, each with file, line and column
 */
export function loadDeployFile(file: string, files: Files = diskFiles): DeployFile | undefined {
  const text = readText(files, file);
  if (text === undefined) return undefined;
  const conflict = findMergeConflict(text, file);
  if (conflict) throw mergeConflict(conflict);
  const problems: BulkheadError[] = [];
  const source = parseYaml(text, file, problems);
  throwAny(problems.map(inDeployFile));
  if (!source) throw fileMissing(file);
  const parsed = deployFileSchema.safeParse(source.data);
  if (!parsed.success) {
    const found = schemaProblems(deployFileSchema, source.data, parsed.error.issues, source);
    throwAny(found.map(({ error }) => inDeployFile(error)));
    throw invalid("The file is not a deploy file", { file });
  }
  throwAny(checkNames(parsed.data, source));
  return { file, content: parsed.data, at: source.at, atKey: source.atKey };
}

/** Names that refer to something in the file must be there. */
function checkNames(content: DeployFileInput, places: Places): BulkheadError[] {
  return [...checkOrder(content, places), ...checkStacks(content, places), ...checkFunctions(content, places)];
}

/** An environment comes after one that there is, and never after itself. */
function checkOrder({ environments }: DeployFileInput, { at }: Places): BulkheadError[] {
  const known = Object.keys(environments);
  return Object.entries(environments).flatMap(([name, { after }]): BulkheadError[] => {
    if (after === undefined) return [];
    const place = at(["environments", name, "after"]);
    if (!known.includes(after)) return [unknownName("environment", after, known, place)];
    const passed = new Set<string>();
    for (let one: string | undefined = after; one !== undefined && !passed.has(one); one = environments[one]?.after) {
      if (one === name) return [invalid(`${name} comes after itself`, place)];
      passed.add(one);
    }
    return [];
  });
}

/** Settings and the place of each, those for all environments first. */
function variantsOf<T>(
  { environments = {}, ...common }: T & { readonly environments?: Readonly<Record<string, T>> | undefined },
  path: Path,
): readonly { readonly settings: Omit<T, "environments">; readonly at: Path }[] {
  return [
    { settings: common, at: path },
    ...Object.entries(environments).map(([name, settings]) => ({ settings, at: [...path, "environments", name] })),
  ];
}

function checkOverrides(
  overrides: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  content: DeployFileInput,
  { atKey }: Places,
): BulkheadError[] {
  const known = Object.keys(content.environments);
  return Object.keys(overrides ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => unknownName("environment", name, known, atKey([...path, "environments", name])));
}

function checkStacks(content: DeployFileInput, places: Places): BulkheadError[] {
  const stacks = content.cloudformation?.stacks ?? {};
  const keys = Object.keys(stacks);
  return Object.entries(stacks).flatMap(([key, stack]) => {
    const path = ["cloudformation", "stacks", key];
    return [
      ...checkOverrides(stack.environments, path, content, places),
      ...variantsOf<StackInput>(stack, path).flatMap(({ settings, at }) =>
        (settings.dependsOn ?? []).flatMap((needed, index) =>
          keys.includes(needed) ? [] : [unknownName("stack", needed, keys, places.at([...at, "dependsOn", index]))],
        ),
      ),
      ...Object.keys(content.environments)
        .filter((name) => stack.template === undefined && stack.environments?.[name]?.template === undefined)
        .slice(0, 1)
        .map((name) => invalid(`Stack ${key} has no template (in ${name})`, places.atKey(path))),
    ];
  });
}

function checkFunctions(content: DeployFileInput, places: Places): BulkheadError[] {
  const layers = Object.keys(content.lambda?.layers ?? {});
  return Object.entries(content.lambda?.functions ?? {}).flatMap(([key, fn]) => {
    const path = ["lambda", "functions", key];
    return [
      ...checkOverrides(fn.environments, path, content, places),
      ...variantsOf<FunctionInput>(fn, path).flatMap(({ settings, at }) =>
        (settings.layers ?? []).flatMap((layer, index) =>
          typeof layer !== "string" || layer.startsWith("arn:") || layers.includes(layer)
            ? []
            : [unknownName("layer", layer, layers, places.at([...at, "layers", index]))],
        ),
      ),
    ];
  });
}
