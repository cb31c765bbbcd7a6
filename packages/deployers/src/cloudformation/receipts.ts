/**
 * A stack's receipts: what is written before and after a deployment, and what became of one that was cut off.
 *
 *   begun     | the stack now                                | ends as
 *   ----------+----------------------------------------------+--------------------------------------------------
 *   delete    | doesn't exist                                | done
 *   delete    | exists                                       | failed
 *   other     | doesn't exist, or its creation failed        | failed; nothing runs
 *   other     | complete, later than before, the template    | done
 *   other     | complete, not later than before              | failed; what ran before runs
 *   other     | complete, later than before, another template| failed; something else runs
 *   other     | anything else: rolled back, or stuck         | failed; what ran before runs, since that time
 */

import { asBulkheadError, hashJson } from "@bulkhead/core";
import { isUnanswered } from "@bulkhead/credentials";
import { createHash } from "node:crypto";
import { artifactUrl } from "../artifacts/bucket.ts";
import type { Ending, OpenReceipt, Receipt, ReceiptBook, Side } from "../receipts/model.ts";
import type { Target } from "../target.ts";
import { readSentTemplate, readStack } from "./actual.ts";
import { hideSecrets } from "./change-set.ts";
import type { FoundStack, WantedStack } from "./model.ts";
import { waitFor, type Waiting } from "./wait.ts";

const complete = new Set(["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"]);
const nothing = new Set([
  "REVIEW_IN_PROGRESS",
  "CREATE_FAILED",
  "ROLLBACK_COMPLETE",
  "ROLLBACK_FAILED",
  "DELETE_COMPLETE",
]);

/**
 * `sha256:<hex>` of a template as it was sent. The address of the artifact bucket is left out, so that it is the same in
 * every account; nested templates are in it by keys that hold their own digests.
 */
function templateDigest({ artifactBucket, region }: Target, text: string): string {
  const same = artifactBucket ? text.replaceAll(artifactUrl(artifactBucket.name, region, ""), "") : text;
  return `sha256:${createHash("sha256").update(same).digest("hex")}`;
}

/** A hash of what a stack is deployed with, beside its template; of secrets only that there are such. */
export function settingsHash({
  parameters,
  template,
  tags,
  capabilities,
  roleArn,
  notificationArns,
}: WantedStack): string {
  const shown = [...parameters].map(([name, parameter]): [string, string | null] => {
    if (parameter.kind === "previous") return [name, null];
    return [name, parameter.secret || template.parameters.get(name)?.noEcho ? null : parameter.value];
  });
  return hashJson({
    parameters: Object.fromEntries(shown),
    tags: Object.fromEntries(tags),
    capabilities: [...capabilities].sort(),
    roleArn: roleArn ?? null,
    notificationArns: [...notificationArns].sort(),
  });
}

/** A stack has no versions: the time of its last operation tells its states apart. */
export const versionOf = ({ changed }: FoundStack): string => new Date(changed).toISOString();

/** What runs, as far as the last receipt still speaks of it. */
export function sideOf(stack: FoundStack | null, last: Receipt | undefined): Side | null {
  if (stack === null || nothing.has(stack.status)) return null;
  const version = versionOf(stack);
  return last?.to?.version === version ? last.to : { version, digest: null, commit: null };
}

/** What is written of a deployment, before it and where there is nothing to deploy. */
export function described(target: Target, wanted: WantedStack) {
  const { key, name, template } = wanted;
  return { unit: key, name, digest: templateDigest(target, template.text), settings: settingsHash(wanted) };
}

/**
 * Before the first write to a stack.
 * @throws what SSM refuses
 */
export async function beginDeployment(
  target: Target,
  waiting: Waiting,
  receipts: ReceiptBook,
  wanted: WantedStack,
  found: FoundStack | null,
): Promise<OpenReceipt> {
  const last = await settleStack(target, waiting, receipts, wanted);
  return receipts.begin({ ...described(target, wanted), verb: "deploy", from: sideOf(found, last) });
}

/** After a deployment or deletion: a failure is told as AWS's state shows it, or left open where nobody can know yet. */
export async function recorded(
  target: Target,
  waiting: Waiting,
  receipt: OpenReceipt,
  { id, wanted }: { readonly id: string; readonly wanted: WantedStack | undefined },
  work: () => Promise<FoundStack | null>,
): Promise<FoundStack | null> {
  let stack: FoundStack | null;
  try {
    stack = await work();
  } catch (error) {
    const ending = isUnanswered(error)
      ? undefined
      : await findEnding(target, waiting, receipt.begun, id).catch(() => undefined);
    const { message } = asBulkheadError(error);
    const reason = wanted ? hideSecrets(message, wanted) : message;
    if (ending) await receipt.end(ending.result === "failed" ? { ...ending, reason } : ending);
    throw error;
  }
  await receipt.done(stack && { version: versionOf(stack), digest: receipt.begun.digest });
  return stack;
}

/**
 * Ends a receipt that an earlier run has left open, if there is one; an operation that is under way is waited for.
 * @returns the last receipt
 */
export async function settleStack(
  target: Target,
  waiting: Waiting,
  receipts: ReceiptBook,
  { key, name }: { readonly key: string; readonly name: string },
): Promise<Receipt | undefined> {
  return receipts.settle(key, async (begun) => {
    for (;;) {
      const ending = await findEnding(target, waiting, begun, name);
      if (ending) return ending;
      await waitFor(waiting, { id: name, name, doing: "operation", before: undefined, token: undefined });
    }
  });
}

/** The same, where nothing else is to be written: without an open receipt, the lease isn't taken. */
export async function settleOpen(
  target: Target,
  waiting: Waiting,
  receipts: ReceiptBook,
  stack: { readonly key: string; readonly name: string },
): Promise<void> {
  const last = await receipts.last(stack.key);
  if (last?.result === "begun") await settleStack(target, waiting, receipts, stack);
}

/** @returns undefined while an operation is under way */
async function findEnding(
  target: Target,
  { client }: Waiting,
  begun: Receipt,
  id: string,
): Promise<Ending | undefined> {
  const stack = await readStack(client, id);
  const isThere = stack !== null && complete.has(stack.status);
  const digest = isThere && begun.verb !== "delete" ? templateDigest(target, await readSentTemplate(client, id)) : null;
  return endingOf(begun, stack, digest);
}

/**
 * The decision.
 * @param digest of the template that the stack has, where it is complete
 * @returns undefined while an operation is under way
 */
export function endingOf(begun: Receipt, stack: FoundStack | null, digest: string | null): Ending | undefined {
  const { verb, from } = begun;
  const failed = (to: Side | null, reason: string): Ending => ({ result: "failed", to, reason });
  if (stack === null || nothing.has(stack.status)) {
    if (verb === "delete") return { result: "done", to: null, reason: null };
    return failed(null, stack === null ? "There is no stack" : `The stack ended in ${stack.status}`);
  }
  const { status } = stack;
  if (status.endsWith("_IN_PROGRESS")) return undefined;
  const version = versionOf(stack);
  const still: Side = from ? { ...from, version } : { version, digest: null, commit: null };
  if (verb === "delete" || !complete.has(status)) return failed(still, `The stack ended in ${status}`);
  if (version === from?.version) return failed(from, "It was cut off before anything was changed");
  if (digest !== begun.digest)
    return failed({ version, digest, commit: null }, "The stack has another template by now");
  return { result: "done", to: { version, digest, commit: begun.commit }, reason: null };
}
