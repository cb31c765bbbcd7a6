/** Where entries come from: the one thing in which LDAP and LDIF differ. */

import type { Filter } from "ldapts";
import type { Entry } from "./entry.ts";
import type { IncompleteReason } from "./model.ts";

/** What is looked for, in words. A read has one query for each; containers matter to who follows only. */
export type Subject =
  "people" | "the canary entry" | "groups" | "nested groups" | "containers of people" | "containers of groups";

export interface Query {
  readonly subject: Subject;
  readonly base: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
}

export interface EntrySource {
  readonly server: string;
  readonly boundAs: string;
  /**
   * Hands over every entry at or below the base that matches, each with all of its values.
   * @returns why some may be missing; none, when it saw them all
   */
  search(query: Query, onEntry: (entry: Entry) => void): Promise<readonly IncompleteReason[]>;
  /** What can be told only at the end. */
  finish(): Promise<readonly IncompleteReason[]>;
}
