/** `delete`: deletes the application's own stacks, those that need others first. */

import { asBulkheadError, type BulkheadError, type Result } from "@bulkhead/core";
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { exitCodeOf, type DeployRun } from "../../run.ts";
import { readStack } from "../actual.ts";
import { isForeign } from "../diff.ts";
import { deleteNeedsYes, foreignStack, isRefusal, protectedStacks } from "../errors.ts";
import type { FoundStack } from "../model.ts";
import { inOrder } from "../order.ts";
import { mustBe, waitFor, type Waiting } from "../wait.ts";
import { openStacks } from "./open.ts";
import { placeOf } from "./plan.ts";

type Outcome = { readonly name: string } & (
  | { readonly status: "deleted" | "absent" }
  | { readonly status: "not tried"; readonly reason: string }
  | { readonly status: "failed"; readonly error: BulkheadError }
);

export async function runDelete(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const { waiting, stacks } = openStacks(run);
  const { terminal, signal } = run.context;
  const { account, region, environment } = run.target;
  const found = new Map<string, FoundStack>();
  for (const { key, name } of stacks) {
    const stack = await readStack(waiting.client, name);
    if (!stack) continue;
    if (isForeign(run.target, stack, false)) throw foreignStack(stack, run.target);
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
  const outcomes = await inOrder<Outcome>(
    stacks,
    async ({ key, name }, before) => {
      const stack = found.get(key);
      if (!stack) return { name, status: "absent" };
      const blocking = before.find(({ status }) => status === "failed" || status === "not tried");
      if (blocking) return { name, status: "not tried", reason: `${blocking.name} still needs it` };
      if (signal.aborted || run.lost.aborted) return { name, status: "not tried", reason: "interrupted" };
      try {
        await deleteStack(waiting, stack);
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
      stacks: outcomes.map((one) => ({
        name: one.name,
        status: one.status,
        ...(one.status === "failed" ? { code: one.error.code, message: one.error.message } : {}),
      })),
    },
    text: (style) =>
      outcomes
        .map((one) => {
          if (one.status === "failed") return `${style.removed("✗")} ${one.name}: ${one.error.message}`;
          if (one.status === "not tried") return `${style.dim("-")} ${one.name}: not tried, ${one.reason}`;
          return one.status === "absent"
            ? style.dim(`= ${one.name}: doesn't exist`)
            : `${style.added("✓")} ${one.name}: deleted`;
        })
        .join("\n"),
  };
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
