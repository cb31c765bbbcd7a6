/** `delete`: deletes the application's own stacks, those that need others first. */

import { asBulkheadError, type Result } from "@bulkhead/core";
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { deletionDocument, renderDeletion, type Deletion } from "../../outcomes.ts";
import { isForeign } from "../../owner.ts";
import type { ReceiptBook } from "../../receipts/model.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { readStack } from "../actual.ts";
import { deleteNeedsYes, foreignStack, isRefusal, protectedStacks } from "../errors.ts";
import type { FoundStack } from "../model.ts";
import { inOrder } from "../order.ts";
import { recorded, settleOpen, settleStack, sideOf } from "../receipts.ts";
import { mustBe, waitFor, type Waiting } from "../wait.ts";
import { openStacks } from "./open.ts";

export async function runDelete(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const { waiting, stacks, receipts } = openStacks(run);
  const { terminal, signal } = run.context;
  const { account, region, environment } = run.target;
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
  if (names.length > 0) {
    await run.prove();
    if (!yes) {
      if (!terminal.interactive) throw deleteNeedsYes();
      const question = `Delete ${names.join(", ")} in ${environment ?? account} (${region}), with all that is in them?`;
      if (!(await terminal.confirm(question)))
        return { exitCode: exitCodeOf(true), text: () => "Nothing was changed." };
    }
    signal.throwIfAborted();
    await run.hold();
  }
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
  const failed = outcomes.some(({ status }) => status === "failed" || status === "not tried");
  return {
    exitCode: exitCodeOf(failed),
    document: {
      kind: "deletion",
      version: 1,
      ...placeOf(run),
      stacks: outcomes.map(deletionDocument),
    },
    text: (style) => outcomes.map((one) => renderDeletion(one, style)).join("\n"),
  };
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
