/** The change model: every difference between what is wanted and what is, as plain data that can be shown, saved and applied. */

import type { JsonObject } from "@bulkhead/core";

interface ChangeBase {
  /** What kind of object it is, `account` say; it chooses who reads and writes it. */
  readonly kind: string;
  /** Logical, from `changeId`; one change an object. */
  readonly id: string;
  /** The logical name of the account that holds the object. */
  readonly account: string;
  /** An AWS region, or `global`. */
  readonly region: string;
  /** What happens, for a person, without a full stop. */
  readonly sentence: string;
  /** Changes that must be done first, by id; ids that aren't in the plan are done already. */
  readonly dependsOn: readonly string[];
  /** Hash of `before`: the declared fields of the object as they were read. */
  readonly hash: string;
  /** What asks for it, where it isn't the file itself: the entry of a directory, say, with the attribute that tells. */
  readonly because?: string;
  /**
   * How many lose something by it, where the action doesn't tell: an update that shuts somebody out has 1, the delete of
   * a group its members, a delete that is nobody's loss 0. `lossesOf` reads it.
   */
  readonly losses?: number;
}

/** What proves that an object is Bulkhead's own (its path, tag or name), or null: then it is never removed. */
export type Ownership = string | null;

export type Change =
  | (ChangeBase & { readonly action: "create"; readonly before: null; readonly after: JsonObject })
  | (ChangeBase & { readonly action: "update"; readonly before: JsonObject; readonly after: JsonObject })
  | (ChangeBase & {
      readonly action: "replace";
      readonly before: JsonObject;
      readonly after: JsonObject;
      readonly ownership: Ownership;
    })
  | (ChangeBase & {
      readonly action: "delete";
      readonly before: JsonObject;
      readonly after: null;
      readonly ownership: Ownership;
    });

export type Action = Change["action"];

export type Removal = Extract<Change, { ownership: Ownership }>;

/** Whether the change takes something away that existed. */
export function isRemoval(change: Change): change is Removal {
  return change.action === "delete" || change.action === "replace";
}

/** How much a change counts before a ceiling on removals. */
export function lossesOf(change: Change): number {
  return change.losses ?? (isRemoval(change) ? 1 : 0);
}

export interface ObjectName {
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly name: string;
}

/** `account/region/kind/name`: never an AWS id, so that a plan can speak of what doesn't exist yet. */
export function changeId({ account, region, kind, name }: ObjectName): string {
  return [account, region, kind, name].join("/");
}

/** The name in a change's id. */
export function nameOf({ account, region, kind, id }: Pick<Change, "account" | "region" | "kind" | "id">): string {
  return id.slice(changeId({ account, region, kind, name: "" }).length);
}

/** What can't be planned yet, because something that it needs doesn't exist. */
export interface Deferred {
  readonly stage: string;
  readonly account: string;
  readonly reason: string;
}

/** What couldn't be read, so that the plan says nothing of it; the rest of the plan stands. */
export type Unread = Deferred;

/** A change that a guard held back. */
export interface Held {
  readonly change: Change;
  readonly reason: string;
  /** Whether approving this very plan lets it through. */
  readonly approvable: boolean;
}

/** Something that exists in AWS and that the file doesn't speak of; it is shown and left alone. */
export interface Unmanaged {
  readonly kind: string;
  readonly id: string;
  readonly sentence: string;
}

/** What applying is expected to take; an estimate, from what AWS usually takes. */
export interface Cost {
  readonly calls: number;
  readonly seconds: number;
}

export interface Plan {
  /** The id of the account that the plan was read from, and the only one that it may be applied to. */
  readonly managementAccountId: string;
  readonly changes: readonly Change[];
  readonly deferred: readonly Deferred[];
  readonly unread: readonly Unread[];
  readonly held: readonly Held[];
  readonly unmanaged: readonly Unmanaged[];
  readonly warnings: readonly string[];
  readonly cost: Cost;
  /** The flags that narrowed what it is about, by name: what was deferred is planned within the same bounds. */
  readonly narrowing?: JsonObject;
}

/** Whether applying the plan would do nothing. What is held back, deferred or unread is still to do. */
export function isEmpty({ changes, deferred, unread, held }: Plan): boolean {
  return [changes, deferred, unread, held].every(({ length }) => length === 0);
}
