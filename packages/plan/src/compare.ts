/**
 * Desired against actual, by key: pure, sorted, and the same for every kind of object.
 *
 *   desired | actual                       | result
 *   --------+------------------------------+----------------------------------------------
 *   yes     | no                           | create
 *   yes     | differs in a declared field  | update (replace, where a field can't be changed)
 *   yes     | equal in all declared fields | nothing
 *   no      | yes, extra = "delete"        | delete, with the ownership that was found
 *   no      | yes, extra = "unmanaged"     | listed as unmanaged
 */

import { hashJson, jsonEqual, type JsonObject } from "@bulkhead/core";
import { changeId, type Action, type Change, type Ownership, type Unmanaged } from "./change.ts";
import { fieldChanges, project } from "./fields.ts";

export interface Actual {
  /** All that was read; only fields that are declared are compared. */
  readonly fields: JsonObject;
  readonly ownership: Ownership;
}

export interface Comparison {
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  readonly desired: ReadonlyMap<string, JsonObject>;
  readonly actual: ReadonlyMap<string, Actual>;
  /** What becomes of objects that nobody declared. */
  readonly extra: "delete" | "unmanaged";
  /** Top-level fields that can't be changed in place. */
  readonly immutable?: readonly string[];
  /** What happens, for a person; `fields` are the ones that differ. */
  sentence(action: Action | "unmanaged", name: string, before: JsonObject | null, after: JsonObject | null): string;
  /** What asks for the change, where it isn't the file itself. */
  because?(name: string): string | undefined;
  /** Ids of the changes that must come first. */
  dependsOn?(name: string, after: JsonObject | null, before: JsonObject | null): readonly string[];
}

export interface Compared {
  readonly changes: readonly Change[];
  readonly unmanaged: readonly Unmanaged[];
}

export function compare(comparison: Comparison): Compared {
  const { desired, actual, kind, account, region, extra } = comparison;
  const changes: Change[] = [];
  const unmanaged: Unmanaged[] = [];
  for (const name of [...new Set([...desired.keys(), ...actual.keys()])].sort()) {
    const after = desired.get(name) ?? null;
    const found = actual.get(name) ?? null;
    const before = found && (after ? project(found.fields, after) : found.fields);
    if (before && after && jsonEqual(before, after)) continue;
    const id = changeId({ account, region, kind, name });
    const because = comparison.because?.(name);
    const base = (action: Action) => ({
      kind,
      id,
      account,
      region,
      sentence: comparison.sentence(action, name, before, after),
      dependsOn: [...(comparison.dependsOn?.(name, after, before) ?? [])].sort(),
      hash: hashJson(before),
      ...(because === undefined ? {} : { because }),
    });
    if (after && !before) {
      changes.push({ ...base("create"), action: "create", before, after });
    } else if (after && before && found) {
      const fixed = fieldChanges(before, after).some(({ path }) => comparison.immutable?.includes(topLevel(path)));
      changes.push(
        fixed
          ? { ...base("replace"), action: "replace", before, after, ownership: found.ownership }
          : { ...base("update"), action: "update", before, after },
      );
    } else if (!after && before && found && extra === "delete") {
      changes.push({ ...base("delete"), action: "delete", before, after: null, ownership: found.ownership });
    } else if (before) {
      unmanaged.push({ kind, id, sentence: comparison.sentence("unmanaged", name, before, null) });
    }
  }
  return { changes, unmanaged };
}

function topLevel(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}
