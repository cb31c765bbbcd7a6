/**
 * What to do about a function: pure.
 *
 *   function                                       | decision
 *   -----------------------------------------------+--------------------------------------------------------------
 *   doesn't exist                                  | create
 *   has no owner tag, or that of another           | foreign (without one, it may be adopted)
 *   has the tag of another environment             | foreign
 *   is a container image                           | image: it has no code to deploy
 *   is being created or updated                    | join: wait for it, then decide anew
 *
 * Everything else is brought to what is wanted, as far as it isn't:
 *
 *   the alias's version    | $LATEST                          | what is sent
 *   -----------------------+----------------------------------+---------------------------------------------------
 *   is as wanted           | is as wanted                     | nothing
 *   is as wanted           | differs (changed by hand)        | $LATEST is put right; no new version
 *   differs, or no alias   | is as wanted (a run was cut off) | publish, unless there is such a version already
 *   differs, or no alias   | differs                          | configuration, code, or both; publish
 */

import { isForeign } from "../owner.ts";
import { shortDigest } from "../receipts/render.ts";
import { digestOfCodeSha256 } from "./bundle/digest.ts";
import type { Configuration, FieldChange, FoundFunction, FoundVersion, WantedFunction } from "./model.ts";

export type Decision =
  | { readonly action: "create" | "foreign" | "image" }
  | { readonly action: "join"; readonly reason: string }
  | { readonly action: "bring"; readonly bring: Bring };

/** What brings a function to what is wanted. */
export interface Bring {
  /** Whether `$LATEST` gets other code, another configuration. */
  readonly code: boolean;
  readonly configuration: boolean;
  /** Whether the alias gets another version. */
  readonly publish: boolean;
  /** What differs between what runs and what is wanted. */
  readonly changes: readonly FieldChange[];
  /** What differs between what runs and `$LATEST`, if nobody wants it: somebody's hands. */
  readonly drift: readonly FieldChange[];
}

/** @param adopt whether a function without an owner may be taken over */
export function decide(wanted: WantedFunction, found: FoundFunction | null, adopt: boolean): Decision {
  if (found === null) return { action: "create" };
  if (isForeign(wanted, found.tags, adopt)) return { action: "foreign" };
  const { latest, live } = found;
  if (latest.isImage) return { action: "image" };
  if (latest.state === "Pending") return { action: "join", reason: "it is being made ready" };
  if (latest.update === "InProgress") return { action: "join", reason: "it is being updated" };
  if (live?.state === "Pending") return { action: "join", reason: `version ${live.version} is being made ready` };
  const { configuration, code } = wanted;
  const hidden = hiddenOf(wanted);
  const ofLatest = [
    ...codeChange(latest.codeSha256, code.codeSha256),
    ...configurationChanges(latest.configuration, configuration, hidden),
  ];
  const running = live !== null && isVersion(live);
  const changes = running ? versionChanges(live, wanted) : ofLatest;
  const publish = !running || changes.length > 0;
  // What failed may show what it should have become.
  const again = latest.update === "Failed" || latest.state === "Failed";
  const bring: Bring = {
    code: latest.codeSha256 !== code.codeSha256 || latest.configuration.architecture !== configuration.architecture,
    configuration: again || ofLatest.some(({ field }) => field !== "code" && field !== "architecture"),
    publish,
    changes,
    drift: running && ofLatest.length > 0 ? versionDrift(live, latest) : [],
  };
  return { action: "bring", bring };
}

/** Whether a version is as wanted, in code and configuration. */
export function isWanted(found: FoundVersion, wanted: WantedFunction): boolean {
  return isVersion(found) && versionChanges(found, wanted).length === 0;
}

/** Whether two looks at a version, or at `$LATEST`, saw the same. */
export function isSameVersion(one: FoundVersion, other: FoundVersion): boolean {
  return versionDrift(one, other).length === 0;
}

/** Whether it can't change any more. */
function isVersion({ version }: FoundVersion): boolean {
  return version !== "$LATEST";
}

function versionChanges(found: FoundVersion, wanted: WantedFunction): readonly FieldChange[] {
  return [
    ...codeChange(found.codeSha256, wanted.code.codeSha256),
    ...configurationChanges(found.configuration, wanted.configuration, hiddenOf(wanted)),
  ];
}

function versionDrift(live: FoundVersion, latest: FoundVersion): readonly FieldChange[] {
  return [
    ...codeChange(live.codeSha256, latest.codeSha256),
    ...configurationChanges(live.configuration, latest.configuration, () => true),
  ];
}

function codeChange(before: string, after: string): readonly FieldChange[] {
  return before === after ? [] : [{ field: "code", before: shortCode(before), after: shortCode(after) }];
}

function shortCode(codeSha256: string): string {
  return shortDigest(digestOfCodeSha256(codeSha256));
}

function hiddenOf({ hidden }: WantedFunction): (name: string) => boolean {
  return (name) => hidden.has(name);
}

/** What is shown in place of a value that may be a secret. */
const hiddenValue = "(hidden)";

/**
 * Compares field by field. Of environment variables, what AWS has is never shown: it may be a secret.
 * @param hides whether the value that a variable is to get must not be shown either
 */
export function configurationChanges(
  before: Configuration,
  after: Configuration,
  hides: (variable: string) => boolean,
): readonly FieldChange[] {
  const plain = (Object.keys(after) as (keyof Configuration)[]).flatMap((field): readonly FieldChange[] => {
    if (field === "environment") return [];
    const [from, to] = [textOf(before[field]), textOf(after[field])];
    return from === to ? [] : [{ field, before: from, after: to }];
  });
  const variables = [...new Set([...before.environment.keys(), ...after.environment.keys()])].sort();
  return [
    ...plain,
    ...variables.flatMap((name): readonly FieldChange[] => {
      const [from, to] = [before.environment.get(name), after.environment.get(name)];
      if (from === to) return [];
      return [
        {
          field: `environment.${name}`,
          before: from === undefined ? null : hiddenValue,
          after: to === undefined ? null : hides(name) ? hiddenValue : to,
        },
      ];
    }),
  ];
}

/** Null where it is empty. */
function textOf(value: string | number | boolean | readonly string[] | ReadonlyMap<string, string>): string | null {
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? null : text;
}

/** The tags that differ; AWS's own and those that somebody else has set beside ours are left alone. */
export function tagChanges(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly FieldChange[] {
  return [...wanted].flatMap(([name, after]) => {
    const before = found.get(name) ?? null;
    return before === after ? [] : [{ field: `tags.${name}`, before, after }];
  });
}
