/** Loading: from the path of a landing zone file to a model that is whole and checked, or to all that is wrong with it. */

import { dirname, normalize } from "node:path";
import { BulkheadError, combineErrors, formatWhere, type Where } from "@bulkhead/core";
import { deriveAccess } from "./access.ts";
import { deriveAccounts } from "./accounts.ts";
import { fileMissing, mergeConflict, namedFileMissing, problem } from "./errors.ts";
import { diskFiles, expandPattern, findMergeConflict, isPattern, pathBeside, readText, type Files } from "./files.ts";
import { isMap, mergeSources, type Merged } from "./merge.ts";
import { compareText, type LandingZone } from "./model.ts";
import { deriveAttachments, deriveOrganizationalUnits } from "./organizational-units.ts";
import { readPolicy } from "./policy.ts";
import { deriveRoles } from "./roles.ts";
import { schemaProblems } from "./schema-problems.ts";
import { landingZoneSchema, type LandingZoneFile } from "./schema.ts";
import { checkReferences } from "./references.ts";
import { deriveServiceControlPolicies } from "./service-control-policies.ts";
import { checkTrail } from "./trail-checks.ts";
import { parseYaml, type Path, type Places, type YamlSource } from "./yaml-source.ts";

/**
 * Loads a landing zone with its includes and policies.
 * @param files where files are read from; the disk by default
 * @throws BulkheadError with all that is wrong, each fault with file, line and column. One fault is thrown as it is,
 *   several as the `parts` of one error.
 */
export function loadLandingZone(path: string, files: Files = diskFiles): LandingZone {
  const problems: BulkheadError[] = [];
  const warnings: string[] = [];
  const warn = (where: Where, text: string): void => void warnings.push(`${formatWhere(where)}: ${text}`);

  const sources = readSources(path, files, problems, warn);
  const [main, ...others] = sources;
  // What an unread file would have said isn't known, and all that refers to it would look wrong.
  const unread = problems.some(({ code }) => code !== "LandingZone.KeyGivenTwice");
  if (main === undefined || unread) throw combined(problems);
  const merged = mergeSources([main, ...others], problems);

  const file = checkShape(merged, problems);
  const landingZone = file && derive(path, file, files, merged, problems, warn);
  if (landingZone === undefined || problems.length > 0) throw combined(problems);
  return { ...landingZone, warnings };
}

type Warn = (where: Where, text: string) => void;

function readSources(path: string, files: Files, problems: BulkheadError[], warn: Warn): readonly YamlSource[] {
  const read = (file: string, missing: () => BulkheadError): YamlSource[] => {
    try {
      const text = readText(files, file);
      if (text === undefined) throw missing();
      const conflict = findMergeConflict(text, file);
      if (conflict) throw mergeConflict(conflict, "Take what is right of both sides.");
      const source = parseYaml(text, file, problems);
      if (source && !isMap(source.data)) {
        throw problem("LandingZone.Invalid", source.at([]), `${file} must be a map of sections, such as \`teams:\``, {
          next: "`bulkhead init FOLDER` writes an example to start from.",
        });
      }
      return source ? [source] : [];
    } catch (error) {
      if (!(error instanceof BulkheadError)) throw error;
      problems.push(error);
      return [];
    }
  };

  const [main] = read(path, () => fileMissing(path));
  if (main === undefined) return [];
  const seen = new Set([normalize(path)]);
  const included = includePatterns(main).flatMap(({ pattern, where }) => {
    const found = isPattern(pattern) ? expandPattern(files, dirname(path), pattern) : [pathBeside(path, pattern)];
    if (found.length === 0) warn(where, `${pattern} matches no file`);
    return found.filter((file) => !seen.has(file) && seen.add(file)).map((file) => ({ file, where }));
  });
  return [main, ...included.flatMap(({ file, where }) => read(file, () => namedFileMissing(file, where)))];
}

/** The patterns, as far as they are well written: the schema reports the others. */
function includePatterns(main: YamlSource): readonly { pattern: string; where: Where }[] {
  const parsed = landingZoneSchema.pick({ include: true }).loose().safeParse(main.data);
  return (parsed.data?.include ?? []).map((pattern, index) => ({ pattern, where: main.at(["include", index]) }));
}

/** Sections to which no other refers: with a fault in one of them, the rest can still be checked. */
const independentSections: ReadonlySet<unknown> = new Set(["access", "users", "baseline", "ssh"]);

/** The file in its shape. Faults go to `problems`; what can be set aside is, so that names are checked in the same go. */
function checkShape({ data, ...places }: Merged, problems: BulkheadError[]): LandingZoneFile | undefined {
  const parsed = landingZoneSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const found = schemaProblems(landingZoneSchema, data, parsed.error.issues, places);
  problems.push(...found.map(({ error }) => error));
  const rest = found.reduce<unknown>((left, { path, unknownKey }) => {
    if (independentSections.has(path[0])) return without(left, path.slice(0, 1));
    return unknownKey ? without(left, path) : left;
  }, data);
  return landingZoneSchema.safeParse(rest).data;
}

/** A copy of the data without the key at a path. */
function without(data: unknown, [step, ...rest]: Path): unknown {
  if (typeof data !== "object" || data === null || step === undefined) return data;
  if (Array.isArray(data)) return data.map((item: unknown, index) => (index === step ? without(item, rest) : item));
  const entries = Object.entries(data).flatMap(([key, value]: [string, unknown]) =>
    key !== step ? [[key, value]] : rest.length === 0 ? [] : [[key, without(value, rest)]],
  );
  return Object.fromEntries(entries as [string, unknown][]);
}

function derive(
  path: string,
  file: LandingZoneFile,
  files: Files,
  places: Places,
  problems: BulkheadError[],
  warn: Warn,
): Omit<LandingZone, "warnings"> {
  const settled = deriveAccounts(file, places, problems);
  const accounts = settled.map(({ account }) => account);
  const estate = {
    accounts,
    teams: Object.keys(file.teams).sort(compareText),
    environments: Object.entries(file.environments).map(([name, it]) => ({ name, protected: it.protected ?? false })),
    organizationalUnits: deriveOrganizationalUnits(file, settled, places, problems),
  };
  checkReferences(file, estate, places, problems, warn);

  const targets = deriveAttachments(file, places, problems);
  for (const [policy, attachedTo] of targets) {
    if (attachedTo.length > 0) continue;
    warn(places.atKey(["serviceControlPolicies", policy]), `service control policy ${policy} is attached to nothing`);
  }
  const readInlinePolicy = (namedBy: Path, policy: string): string | undefined =>
    readPolicy(files, policy, namedBy, places, problems)?.content;
  const roles = deriveRoles(file, estate, readInlinePolicy, places, problems);
  checkTrail(file, roles, places, problems);
  return {
    file: path,
    organization: file.organization,
    ...estate,
    serviceControlPolicies: deriveServiceControlPolicies(file, targets, estate, files, places, problems),
    roles,
    access: deriveAccess(file, estate, roles, places, problems),
    ...(file.users && { users: file.users }),
    ...(file.baseline && { baseline: file.baseline }),
    ...(file.ssh && { ssh: file.ssh }),
  };
}

/** All problems as one error, in the order of the files; the same fault at the same place once. */
function combined(problems: readonly BulkheadError[]): BulkheadError {
  const byText = new Map(problems.map((it) => [`${it.where ? formatWhere(it.where) : ""} ${it.message}`, it]));
  const [first, ...rest] = [...byText.values()].sort(
    ({ where: a }, { where: b }) =>
      compareText(a?.file ?? "", b?.file ?? "") ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );
  if (first === undefined) throw new Error("a landing zone can't be refused without a reason");
  return combineErrors([first, ...rest]);
}
