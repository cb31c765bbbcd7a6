/** The `plan` and `apply` commands, the same for every stage: show first, ask, prove the place, apply, say what became of it. */

import {
  defineCommand,
  exitCodes,
  type Argument,
  type Command,
  type CommandContext,
  type JsonObject,
  type Result,
} from "@bulkhead/core";
import { applyChanges, outcomeLine, type Handler, type Outcome } from "./apply.ts";
import { isEmpty, type Plan } from "./change.ts";
import { approvesNothing, needsYes, wrongOrganization } from "./errors.ts";
import { checkWritable, loadPlan, planDocument, planId, savePlan } from "./plan-file.ts";
import { renderOutcomes, renderPlan, renderPlanMarkdown } from "./render.ts";

/** One round of planning and applying, with everything that it has opened. */
export interface Run {
  readonly managementAccountId: string;
  /** Reads AWS and says what differs. */
  plan(): Promise<Plan>;
  /** How each kind is read and written. What `plan` has read in this run may be used. */
  handlers(): ReadonlyMap<string, Handler>;
  /**
   * Before the first write: makes sure that the credentials belong where they should and that no other run is at work.
   * @returns what is aborted when writing must stop
   */
  begin(): Promise<AbortSignal>;
  /** After the last write, whatever became of it: brings local hints up to date and lets others in. */
  end(): Promise<void>;
  close(): void;
}

export interface RunCommandOptions {
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  open(context: CommandContext): Promise<Run>;
}

export function planCommand({ summary, arguments: words = [], open }: RunCommandOptions): Command {
  return defineCommand({
    name: "plan",
    summary,
    arguments: words,
    flags: {
      out: { type: "string", value: "file", help: "save the plan, to apply exactly it" },
      "detailed-exitcode": { type: "boolean", help: "exit with 2 when there are changes" },
    },
    run: async (context): Promise<Result> => {
      if (context.flags.out !== undefined) await checkWritable(context.flags.out);
      const run = await open(context);
      try {
        const plan = await unlessAborted(run.plan(), context.signal);
        if (context.flags.out !== undefined) await savePlan(context.flags.out, plan);
        return {
          exitCode: context.flags["detailed-exitcode"] && !isEmpty(plan) ? exitCodes.changes : exitCodes.done,
          document: planDocument(plan),
          text: (style) => renderPlan(plan, style),
          markdown: () => renderPlanMarkdown(plan),
        };
      } finally {
        run.close();
      }
    },
  });
}

export function applyCommand({ summary, open }: RunCommandOptions): Command {
  return defineCommand({
    name: "apply",
    summary,
    arguments: [{ name: "plan.json", help: "a saved plan; without one, plans first and shows it" }],
    flags: {
      yes: { type: "boolean", help: "don't ask" },
      approve: {
        type: "string",
        value: "plan",
        help: "let through what the ceiling on removals holds back in this very plan",
      },
    },
    run: async (context): Promise<Result> => {
      const run = await open(context);
      try {
        return await apply(run, context, context.args[0], context.flags);
      } finally {
        run.close();
      }
    },
  });
}

async function apply(
  run: Run,
  context: CommandContext,
  file: string | undefined,
  flags: { readonly yes: boolean; readonly approve: string | undefined },
): Promise<Result> {
  const plan = file === undefined ? await unlessAborted(run.plan(), context.signal) : await loadPlanFor(run, file);
  const { changes, approved } = approvedChanges(plan, flags.approve);
  if (changes.length === 0) return result(plan, [], (style) => renderPlan(plan, style));

  // A saved plan was shown when it was made; whoever applies it without being asked has seen it.
  const seen = file !== undefined && flags.yes;
  if (!seen) context.terminal.show((style) => renderPlan(plan, style));
  if (!flags.yes) {
    if (!context.terminal.interactive) throw needsYes();
    const question = `Apply ${changes.length} ${changes.length === 1 ? "change" : "changes"}${approved > 0 ? `, ${approved} of them held back until now` : ""}?`;
    if (!(await context.terminal.confirm(question))) {
      return { ...result(plan, [], () => "Nothing was changed."), exitCode: exitCodes.failed };
    }
  }
  context.signal.throwIfAborted();
  const stopped = await run.begin();
  try {
    const outcomes = await applyChanges(changes, {
      handlers: run.handlers(),
      concurrency: context.flags.concurrency,
      report: context.report,
      signal: AbortSignal.any([context.signal, stopped]),
    });
    return result(plan, outcomes, (style) => renderOutcomes(outcomes, style));
  } finally {
    await run.end();
  }
}

/** A plan only reads: after Ctrl-C there is nothing to settle. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

async function loadPlanFor(run: Run, file: string): Promise<Plan> {
  const plan = await loadPlan(file);
  if (plan.managementAccountId !== run.managementAccountId) {
    throw wrongOrganization(file, plan.managementAccountId, run.managementAccountId);
  }
  return plan;
}

function approvedChanges(plan: Plan, approve: string | undefined): { changes: Plan["changes"]; approved: number } {
  if (approve === undefined) return { changes: plan.changes, approved: 0 };
  if (approve !== planId(plan)) throw approvesNothing(approve, planId(plan));
  const held = plan.held.filter(({ approvable }) => approvable).map(({ change }) => change);
  return { changes: [...plan.changes, ...held], approved: held.length };
}

function result(plan: Plan, outcomes: readonly Outcome[], text: NonNullable<Result["text"]>): Result {
  return {
    exitCode: outcomes.every(({ status }) => status === "done") ? exitCodes.done : exitCodes.failed,
    document: {
      kind: "apply",
      version: 1,
      plan: planDocument(plan).plan,
      outcomes: outcomes.map(outcomeDocument),
    },
    text,
  };
}

function outcomeDocument(outcome: Outcome): JsonObject {
  const { change, status } = outcome;
  return {
    id: change.id,
    status,
    message: outcomeLine(outcome),
    ...(outcome.status === "done" ? { written: outcome.written } : {}),
    ...(outcome.status === "failed" ? { code: outcome.error.code, next: outcome.error.next ?? null } : {}),
  };
}
