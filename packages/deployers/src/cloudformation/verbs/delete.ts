/** `delete`: deletes the application's own stacks, those that need others first. */

import { asBulkheadError, type Result } from "@bulkhead/core";
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { deletionResult, mayDelete, nothingDeleted, type Deletion } from "../../deletion.ts";
import { isForeign } from "../../owner.ts";
import type { ReceiptBook } from "../../receipts/model.ts";
import type { DeployRun } from "../../run.ts";
import { readStack } from "../actual.ts";
import { foreignStack, isRefusal, protectedStacks } from "../errors.ts";
import type { FoundStack } from "../model.ts";
import { inOrder } from "../order.ts";
import { recorded, settleOpen, settleStack, sideOf } from "../receipts.ts";
import { mustBe, waitFor, type Waiting } from "../wait.ts";
import { openStacks } from "./open.ts";

export async function runDelete(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const { waiting, stacks, receipts } = openStacks(run);
  const { signal } = run.context;
  const found = new Map<string, FoundStack>();
  for (const { key, name } of stacks) {
    const stack = await readStack(waiting.client, name);
    if (!stack) continue;
    if (isForeign(run.target, stack.tags, false)) throw foreignStack(stack, run.target);
    found.set(key, stack);
  }
  const names = [...found.values()].map(({ name }) => name);
  const held = [...found.values()].filter(({ terminationProtection }) => terminationProtection);
  if (held.length > 0) throw protectedStacks(held.map(({ name }) => name));
  if (!(await mayDelete(run, names, "with all that is in them", yes))) return nothingDeleted;
  const outcomes = await inOrder<Deletion>(
    stacks,
    async ({ key, name }, before) => {
      const stack = found.get(key);
      if (!stack) return settleAbsent(run, waiting, receipts, { key, name });
      const blocking = before.find(({ status }) => status === "failed" || status === "not tried");
      if (blocking) return { name, status: "not tried", reason: `${blocking.name} still needs it` };
      if (signal.aborted || run.lost.aborted) return { name, status: "not tried", reason: "interrupted" };
      try {
        const last = await settleStack(run.target, waiting, receipts, { key, name });
        const from = sideOf(stack, last);
        const receipt = await receipts.begin({ unit: key, name, verb: "delete", digest: null, settings: "", from });
        await recorded(run.target, waiting, receipt, { id: stack.id, wanted: undefined }, async () => {
          await deleteStack(waiting, stack);
          return null;
        });
        return { name, status: "deleted" };
      } catch (error) {
        return { name, status: "failed", error: asBulkheadError(error) };
      }
    },
    { backwards: true },
  );
  return deletionResult(run, "deletion", "stacks", outcomes);
}

/** Where a run was killed that deleted it, the receipt still says that it is being deleted. */
async function settleAbsent(
  run: DeployRun,
  waiting: Waiting,
  receipts: ReceiptBook,
  stack: { readonly key: string; readonly name: string },
): Promise<Deletion> {
  const { name } = stack;
  try {
    await settleOpen(run.target, waiting, receipts, stack);
    return { name, status: "absent" };
  } catch (error) {
    return { name, status: "failed", error: asBulkheadError(error) };
  }
}

async function deleteStack(waiting: Waiting, stack: FoundStack): Promise<void> {
  const { id, name } = stack;
  const token = randomUUID();
  const joined = stack.status.endsWith("_IN_PROGRESS") && stack.status !== "REVIEW_IN_PROGRESS";
  const before = joined
    ? (await waitFor(waiting, { id, name, doing: "operation", before: undefined, token: undefined })).stack
    : stack;
  if (before.status === "DELETE_COMPLETE") return;
  try {
    await waiting.client.send(new DeleteStackCommand({ StackName: id, ClientRequestToken: token }));
  } catch (error) {
    // It has been deleted meanwhile.
    if (!isRefusal(error, /does not exist/)) throw error;
  }
  const ended = await waitFor(waiting, { id, name, doing: "deletion", before, token });
  await mustBe(waiting, ended, ["DELETE_COMPLETE"]);
}
