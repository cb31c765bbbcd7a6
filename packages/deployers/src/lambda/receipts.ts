/**
 * A function's receipts: what is written before and after a deployment, and what became of one that was cut off.
 *
 *   begun     | the alias now                                     | ends as
 *   ----------+---------------------------------------------------+-----------------------------------------
 *   delete    | doesn't exist                                     | done
 *   other     | is where it was, or doesn't exist                 | failed; what ran before runs
 *   other     | is at another version, of the digest that was begun | done
 *   other     | is at another version, of another digest          | failed; something else runs
 *
 * Pure.
 */

import { hashJson } from "@bulkhead/core";
import type { Ending, Receipt, Side } from "../receipts/model.ts";
import { digestOfCodeSha256 } from "./bundle/digest.ts";
import type { FoundFunction, WantedFunction } from "./model.ts";

/** A hash of what a function is deployed with, beside its code; of what was looked up only the names. */
export function settingsHash({ configuration, hidden, extras }: WantedFunction): string {
  const { environment, ...plain } = configuration;
  const variables = [...environment].map(([name, value]) => [name, hidden.has(name) ? null : value] as const);
  // What isn't declared isn't there, for JSON neither.
  return hashJson(JSON.parse(JSON.stringify({ plain, extras, environment: Object.fromEntries(variables) })));
}

/** What runs, as far as the last receipt still speaks of it. */
export function sideOf(found: FoundFunction | null, last: Receipt | undefined): Side | null {
  const live = found?.live;
  if (!live) return null;
  const digest = digestOfCodeSha256(live.codeSha256);
  const known = last?.to?.version === live.version && last.to.digest === digest;
  return { version: live.version, digest, commit: known ? last.to.commit : null };
}

/** What became of a deployment that was cut off. */
export function endingOf(begun: Receipt, found: FoundFunction | null): Ending {
  const now = sideOf(found, undefined);
  if (now === null && begun.verb === "delete") return { result: "done", to: null, reason: null };
  if (now === null || now.version === begun.from?.version) {
    return { result: "failed", to: now && begun.from, reason: "It was cut off before the alias was moved" };
  }
  if (now.digest !== begun.digest) {
    return { result: "failed", to: now, reason: "The alias is at another version by now" };
  }
  return { result: "done", to: { ...now, commit: begun.commit }, reason: null };
}
