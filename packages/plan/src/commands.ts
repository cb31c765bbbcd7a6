/** The `plan` and `apply` commands, the same for every stage: show first, ask, prove the place, apply, say what became of it. */

import {
  defineCommand,
  exitCodes,
  hashJson,
  type Argument,
  type Command,
  type CommandContext,
  type ExitCode,
  type Flags,
  type Json,
  type JsonObject,
  type Result,
  type Style,
} from "@bulkhead/core";
import { applyChanges, outcomeLine, type Handler, type Outcome } from "./apply.ts";
import { isEmpty, isRemoval, lossesOf, type Change, type Deferred, type Plan } from "./change.ts";
import { approvesNothing, needsYes, planIsWhole, wrongOrganization } from "./errors.ts";
import { holdDependents } from "./guard.ts";
import { checkWritable, loadPlan, planDocument, planId, savePlan } from "./plan-file.ts";
import { renderOutcomes, renderPlan, renderPlanMarkdown } from "./render.ts";

/** What a plan is shown with, in each of the output formats: the baseline's matrix, say. */
export interface View {
  /** Its key in the JSON document. */
  readonly name: string;
  readonly document: JsonObject;
  text(style: Style): string;
  markdown(): string;
}

/** One round of planning and applying, with everything that it has opened. */
export interface Run {
  readonly managementAccountId: string;
  /** Reads AWS and says what differs. */
  plan(): Promise<Plan>;
  /** Plans what had to be deferred, now that what it waited for has been applied in this run. */
  planDeferred(deferred: readonly Deferred[]): Promise<Plan>;
  /** What the last plan is shown with. */
  views?(): readonly View[];
  /** How each kind is read and written. What `plan` has read in this run may be used. */
  handlers(): ReadonlyMap<string, Handler>;
  /**
   * Before these are written: makes sure that the credentials belong where they should and that no other run is at work.
   * @returns what is aborted when writing must stop
   */
  begin(changes: readonly Change[]): Promise<AbortSignal>;
  /** After the last write, whatever became of it: brings local hints up to date and lets others in. */
  end(): Promise<void>;
  close(): void;
}

export interface RunCommandOptions<F extends Flags = Flags> {
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  /** Flags that narrow what the run is about. */
  readonly flags?: F;
  open(context: CommandContext<F>): Promise<Run> | Run;
}

export function planCommand<const F extends Flags>(options: RunCommandOptions<F>): Command {
  const { summary, arguments: words = [], flags, open } = options;
  return defineCommand({
    name: "plan",
    summary,
    arguments: words,
    flags: {
      ...flags,
      out: { type: "string", value: "file", help: "save the plan, to apply exactly it" },
      "detailed-exitcode": { type: "boolean", help: "exit with 2 when there are changes" },
    },
    run: async (context): Promise<Result> => {
      if (context.flags.out !== undefined) await checkWritable(context.flags.out);
      const run = await open(context as unknown as CommandContext<F>);
      try {
        const found = await unlessAborted(run.plan(), context.signal);
        const narrowing = givenFlags(context.flags, Object.keys(flags ?? {}));
        const plan = Object.keys(narrowing).length === 0 ? found : { ...found, narrowing };
        if (context.flags.out !== undefined) await savePlan(context.flags.out, plan);
        const views = run.views?.() ?? [];
        return {
          exitCode: planExitCode(plan, context.flags["detailed-exitcode"]),
          document: {
            ...planDocument(plan),
            ...Object.fromEntries(views.map(({ name, document }) => [name, document])),
          },
          text: (style) => [...views.map((view) => view.text(style)), renderPlan(plan, style)].join("\n\n"),
          markdown: () => [renderPlanMarkdown(plan), ...views.map((view) => view.markdown())].join("\n\n"),
        };
      } finally {
        run.close();
      }
    },
  });
}

/** A plan that lacks a part is a failure, whatever else it found: nobody should take it for the whole. */
function planExitCode(plan: Plan, detailed: boolean): ExitCode {
  if (plan.unread.length > 0) return exitCodes.failed;
  return detailed && !isEmpty(plan) ? exitCodes.changes : exitCodes.done;
}

export function applyCommand<const F extends Flags>({ summary, flags, open }: RunCommandOptions<F>): Command {
  return defineCommand({
    name: "apply",
    summary,
    arguments: [{ name: "plan.json", help: "a saved plan; without one, plans first and shows it" }],
    flags: {
      ...flags,
      yes: { type: "boolean", help: "don't ask" },
      approve: {
        type: "string",
        value: "plan",
        help: "let through what the ceiling on removals holds back in this very plan",
      },
    },
    run: async (context): Promise<Result> => {
      const [file] = context.args;
      const saved = file === undefined ? undefined : await loadPlan(file);
      const narrowing = Object.keys(givenFlags(context.flags, Object.keys(flags ?? {})));
      if (file !== undefined && narrowing.length > 0) throw planIsWhole(file, narrowing);
      const within = { ...context, flags: { ...context.flags, ...saved?.narrowing } };
      const run = await open(within as unknown as CommandContext<F>);
      try {
        if (saved && saved.managementAccountId !== run.managementAccountId) {
          throw wrongOrganization(file ?? "", saved.managementAccountId, run.managementAccountId);
        }
        return await apply(run, context, saved, context.flags);
      } finally {
        run.close();
      }
    },
  });
}

/** Those of these flags that were given, with their values. */
function givenFlags(values: Readonly<Record<string, unknown>>, names: readonly string[]): JsonObject {
  const isGiven = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  return Object.fromEntries(names.flatMap((name) => (isGiven(values[name]) ? [[name, values[name] as Json]] : [])));
}

async function apply(
  run: Run,
  context: CommandContext,
  saved: Plan | undefined,
  flags: { readonly yes: boolean; readonly approve: string | undefined },
): Promise<Result> {
  const plan = saved ?? (await unlessAborted(run.plan(), context.signal));
  const { changes, approved } = approvedChanges(plan, flags.approve);
  if (changes.length === 0) return result(plan, [], (style) => renderPlan(plan, style));

  // A saved plan was shown when it was made; whoever applies it without being asked has seen it.
  const seen = saved !== undefined && flags.yes;
  if (!seen) context.terminal.show((style) => renderPlan(plan, style));
  if (!flags.yes) {
    if (!context.terminal.interactive) throw needsYes();
    const question = `Apply ${changes.length} ${changes.length === 1 ? "change" : "changes"}${approved > 0 ? `, ${approved} of them held back until now` : ""}?`;
    if (!(await context.terminal.confirm(question))) {
      return { ...result(plan, [], () => "Nothing was changed."), exitCode: exitCodes.failed };
    }
  }
  context.signal.throwIfAborted();
  const outcomes: Outcome[] = [];
  let left: readonly Deferred[] = plan.deferred;
  const unread = new Map(plan.unread.map((it) => [hashJson({ ...it }), it]));
  try {
    outcomes.push(...(await applyRound(run, context, changes)));
    while (left.length > 0 && outcomes.some(({ status }) => status === "done") && !context.signal.aborted) {
      const later = await run.planDeferred(left);
      for (const it of later.unread) unread.set(hashJson({ ...it }), it);
      outcomes.push(...(await applyLater(run, context, later, outcomes)));
      if (later.deferred.length >= left.length) break;
      left = later.deferred;
    }
  } finally {
    await run.end();
  }
  const end = { ...plan, deferred: left, unread: [...unread.values()] };
  return result(end, outcomes, (style) => renderOutcomes(outcomes, [...end.deferred, ...end.unread], style));
}

async function applyRound(run: Run, context: CommandContext, changes: readonly Change[]): Promise<readonly Outcome[]> {
  const stopped = await run.begin(changes);
  return applyChanges(changes, {
    handlers: run.handlers(),
    concurrency: context.flags.concurrency,
    report: context.report,
    signal: AbortSignal.any([context.signal, stopped]),
  });
}

/** Who approved a plan with something deferred approved what is made or changed there, and nothing that is taken away. */
async function applyLater(
  run: Run,
  context: CommandContext,
  later: Plan,
  before: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const done = new Set(before.filter(({ status }) => status === "done").map(({ change }) => changeKey(change)));
  const changes = later.changes.filter((change) => !done.has(changeKey(change)));
  const removals = changes.filter((change) => isRemoval(change) || lossesOf(change) > 0);
  const shown = { ...later, changes: removals, deferred: [], unread: [] };
  if (removals.length > 0 && context.terminal.interactive) context.terminal.show((style) => renderPlan(shown, style));
  const question = `Found in what had been deferred: ${removals.length} to remove. Apply?`;
  const approved = removals.length > 0 && context.terminal.interactive && (await context.terminal.confirm(question));
  const reason = "it removes something that the plan didn't show: plan again";
  const refused = new Map(approved ? [] : removals.map(({ id }) => [id, reason]));
  holdDependents(changes, refused);
  return [
    ...(await applyRound(
      run,
      context,
      changes.filter(({ id }) => !refused.has(id)),
    )),
    ...changes.flatMap((change): Outcome[] => {
      const why = refused.get(change.id);
      return why === undefined ? [] : [{ status: "not tried", change, reason: why }];
    }),
  ];
}

function changeKey({ id, action, after }: Change): string {
  return hashJson([id, action, after]);
}

/** A plan only reads: after Ctrl-C there is nothing to settle. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

function approvedChanges(plan: Plan, approve: string | undefined): { changes: Plan["changes"]; approved: number } {
  if (approve === undefined) return { changes: plan.changes, approved: 0 };
  if (approve !== planId(plan)) throw approvesNothing(approve, planId(plan));
  const held = plan.held.filter(({ approvable }) => approvable).map(({ change }) => change);
  return { changes: [...plan.changes, ...held], approved: held.length };
}

function result(plan: Plan, outcomes: readonly Outcome[], text: NonNullable<Result["text"]>): Result {
  const whole = plan.deferred.length === 0 && plan.unread.length === 0;
  const finished = whole && outcomes.every(({ status }) => status === "done");
  return {
    exitCode: finished ? exitCodes.done : exitCodes.failed,
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
