/**
 * What to do about a stack: pure.
 *
 *   stack                                          | decision
 *   -----------------------------------------------+--------------------------------------------------------------
 *   doesn't exist; REVIEW_IN_PROGRESS, not another's | create
 *   has no owner tag, or that of another           | foreign (without one, it may be adopted)
 *   has the tag of another environment             | foreign
 *   another …_IN_PROGRESS                          | join: wait for it, then decide anew
 *   ROLLBACK_COMPLETE, CREATE_FAILED, ROLLBACK_FAILED | heal: its creation failed; delete it, then create
 *   UPDATE_ROLLBACK_FAILED                         | continue: go on with the rollback, then decide anew
 *   UPDATE_FAILED                                  | rollback: take the update back, then decide anew
 *   DELETE_FAILED                                  | stuck: only a person can say what becomes of the rest
 *   other, differs in template, parameter, tag, role or topics | update
 *   other, something may differ that can't be read | update (AWS answers with an empty change set if it doesn't)
 *   other, equal                                   | same
 */

import { isForeign } from "../owner.ts";
import type { FoundStack, WantedStack } from "./model.ts";

export type Decision =
  | { readonly action: "create" }
  | { readonly action: "update" }
  | { readonly action: "same" }
  | { readonly action: "join" | "heal" | "continue" | "rollback" | "stuck"; readonly status: string }
  | { readonly action: "foreign" };

const createFailed = new Set(["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"]);

/**
 * @param template the template that the stack has, or undefined where it isn't read because it can't matter
 * @param adopt whether a stack without an owner may be taken over
 */
export function decide(
  wanted: WantedStack,
  found: FoundStack | null,
  template: string | undefined,
  adopt: boolean,
): Decision {
  if (found === null) return { action: "create" };
  const { status } = found;
  // Only planned so far; what planned it need not have given it tags.
  const planned = status === "REVIEW_IN_PROGRESS";
  if (isForeign(wanted, found.tags, adopt || planned)) return { action: "foreign" };
  if (planned) return { action: "create" };
  if (status.endsWith("_IN_PROGRESS")) return { action: "join", status };
  if (createFailed.has(status)) return { action: "heal", status };
  if (status === "UPDATE_ROLLBACK_FAILED") return { action: "continue", status };
  if (status === "UPDATE_FAILED") return { action: "rollback", status };
  if (status === "DELETE_FAILED") return { action: "stuck", status };
  return { action: differs(wanted, found) || template !== wanted.template.text ? "update" : "same" };
}

/** Whether anything differs but the template's text, or could do so unseen. */
export function differs(wanted: WantedStack, found: FoundStack): boolean {
  return (
    wanted.template.volatile ||
    parametersDiffer(wanted, found) ||
    !sameEntries(wanted.tags, found.tags) ||
    // A role that was given once stays until another is given.
    (wanted.roleArn !== undefined && wanted.roleArn !== found.roleArn) ||
    [...wanted.notificationArns].sort().join() !== [...found.notificationArns].sort().join()
  );
}

function parametersDiffer({ template, parameters }: WantedStack, found: FoundStack): boolean {
  return [...parameters].some(
    ([name, wanted]) =>
      wanted.kind === "value" &&
      (template.parameters.get(name)?.noEcho === true || wanted.value !== found.parameters.get(name)),
  );
}

function sameEntries(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value);
}

/** What of a stack is set beside its template. */
export interface Settings {
  readonly policy: string | undefined;
  readonly terminationProtection: boolean | undefined;
}

/** Whether anything has to be set. */
export function hasSettings({ policy, terminationProtection }: Settings): boolean {
  return policy !== undefined || terminationProtection !== undefined;
}

/** What has to be set: undefined for each that is as it should be. `policy` is the one that the stack has. */
export function settingsToChange(wanted: WantedStack, found: FoundStack | null, policy: string | undefined): Settings {
  const { terminationProtection } = wanted;
  return {
    policy: samePolicy(wanted.policy, policy) ? undefined : wanted.policy,
    terminationProtection:
      terminationProtection === (found?.terminationProtection ?? false) ? undefined : terminationProtection,
  };
}

function samePolicy(wanted: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  try {
    return JSON.stringify(JSON.parse(wanted)) === JSON.stringify(JSON.parse(found));
  } catch {
    return false;
  }
}
