/** `rollback`: gives the aliases of functions back to what ran before, and says from what to what. */

import { asBulkheadError, type BulkheadError, type JsonObject, type Result, type Style } from "@bulkhead/core";
import pLimit from "p-limit";
import { notify } from "../../notify.ts";
import { shortCommit } from "../../receipts/render.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { rollBackFunction, type RolledBack } from "../rollback.ts";
import { openFunctions } from "./open.ts";

type Outcome = { readonly key: string; readonly name: string; readonly alias: string } & (
  | RolledBack
  | { readonly status: "failed"; readonly error: BulkheadError }
  | { readonly status: "not tried"; readonly reason: string }
);

export async function runRollback(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const opened = openFunctions(run);
  const { context, target } = run;
  const limit = pLimit(context.flags.concurrency);
  const told = new Set<BulkheadError>();
  const outcomes = await Promise.all(
    opened.functions.map((declaration) =>
      limit(async (): Promise<Outcome> => {
        const { key, name, alias } = declaration;
        const self = { key, name, alias };
        if (context.signal.aborted) return { ...self, status: "not tried", reason: "interrupted" };
        try {
          return { ...self, ...(await rollBackFunction(opened, declaration, yes)) };
        } catch (error) {
          if (error === context.signal.reason) return { ...self, status: "not tried", reason: "interrupted" };
          const reason = asBulkheadError(error);
          // What stops the whole run (the fence, the lease) is told once.
          if (told.has(reason)) return { ...self, status: "not tried", reason: `as for the others (${reason.code})` };
          told.add(reason);
          return { ...self, status: "failed", error: reason };
        }
      }),
    ),
  );
  const failed = outcomes.some(({ status }) => status !== "rolled back");
  const functions = outcomes.map(outcomeDocument);
  const document = { kind: "function-rollback", version: 1, ...placeOf(run), succeeded: !failed, functions };
  const { application, environment, account, region } = target;
  const where = `${application} in ${environment ?? account} (${region})`;
  await notify(run, `${where}: ${outcomes.map(sentenceOf).join("; ")}`, document);
  return {
    exitCode: exitCodeOf(failed),
    document,
    text: (style) => outcomes.map((outcome) => renderOutcome(outcome, style)).join("\n"),
  };
}

function outcomeDocument(one: Outcome): JsonObject {
  const { key, name, alias, status } = one;
  const base = { key, name, alias, status };
  if (one.status === "failed") {
    const { code, message, next } = one.error;
    return { ...base, code, message, next: next ?? null };
  }
  if (one.status === "not tried") return { ...base, reason: one.reason };
  return { ...base, from: { ...one.from }, to: { ...one.to } };
}

function sentenceOf(one: Outcome): string {
  const subject = `${one.name}:${one.alias}`;
  if (one.status === "failed") return `${subject}: ${one.error.message}`;
  if (one.status === "not tried") return `${subject}: not tried, ${one.reason}`;
  if (one.status === "declined") return `${subject}: nothing was changed`;
  const { from, to } = one;
  const commit = to.commit === null ? "" : `, commit ${shortCommit(to.commit)}`;
  return `${subject}: back from version ${from.version} to ${to.version}${commit}`;
}

function renderOutcome(one: Outcome, style: Style): string {
  if (one.status === "rolled back") return `${style.added("✓")} ${sentenceOf(one)}`;
  if (one.status !== "failed") return `${style.dim("-")} ${sentenceOf(one)}`;
  const { code, next } = one.error;
  return `${style.removed("✗")} ${sentenceOf(one)} ${style.dim(`(${code})`)}${next === undefined ? "" : `\n    ${next}`}`;
}
