/** Loading: from the path of a deploy file to its content, checked in its shape, with the place of everything in it. */

import { throwAny, type BulkheadError } from "@bulkhead/core";
import {
  diskFiles,
  findMergeConflict,
  parseYaml,
  readText,
  schemaProblems,
  type Files,
  type Places,
} from "@bulkhead/landing-zone";
import { fileMissing, inDeployFile, invalid, mergeConflict, unknownName } from "../errors.ts";
import { deployFileSchema, type DeployFileInput } from "./schema.ts";

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
  const environments = Object.keys(content.environments);
  const stacks = content.cloudformation?.stacks ?? {};
  const keys = Object.keys(stacks);
  return Object.entries(stacks).flatMap(([key, stack]) => {
    const path = ["cloudformation", "stacks", key];
    const { environments: overrides = {}, ...common } = stack;
    const variants = [
      { settings: common, at: path },
      ...Object.entries(overrides).map(([name, settings]) => ({ settings, at: [...path, "environments", name] })),
    ];
    return [
      ...Object.keys(overrides)
        .filter((name) => !environments.includes(name))
        .map((name) => unknownName("environment", name, environments, places.atKey([...path, "environments", name]))),
      ...variants.flatMap(({ settings, at }) =>
        (settings.dependsOn ?? []).flatMap((needed, index) =>
          keys.includes(needed) ? [] : [unknownName("stack", needed, keys, places.at([...at, "dependsOn", index]))],
        ),
      ),
      ...environments
        .filter((name) => common.template === undefined && overrides[name]?.template === undefined)
        .slice(0, 1)
        .map((name) => invalid(`Stack ${key} has no template (in ${name})`, places.atKey(path))),
    ];
  });
}
