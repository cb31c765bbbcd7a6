/** Plans, syncs and explanations of a host as text and as Markdown. */

import { clean, exitCodes, type Result, type Style } from "@bulkhead/core";
import {
  escapeMarkdown,
  isEmpty,
  planDocument,
  planId,
  renderOutcomes,
  renderPlan,
  renderPlanMarkdown,
  type Outcome,
  type Plan,
} from "@bulkhead/plan";
import type { Explanation } from "./explain.ts";

const nothing = "Nothing to do: this host is as directory and file say.";

/** @param detailed whether changes are told by the exit code */
export function planResult(plan: Plan, incomplete: string | null, detailed: boolean): Result {
  return {
    exitCode: incomplete !== null ? exitCodes.failed : detailed && !isEmpty(plan) ? exitCodes.changes : exitCodes.done,
    document: planDocument(plan),
    text: (style) => planText(plan, incomplete, style),
    markdown: () => renderPlanMarkdown(plan),
  };
}

export function syncResult(plan: Plan, outcomes: readonly Outcome[], incomplete: string | null): Result {
  const whole = incomplete === null && plan.held.length === 0 && outcomes.every(({ status }) => status === "done");
  return {
    exitCode: whole ? exitCodes.done : exitCodes.failed,
    document: {
      kind: "ssh-sync",
      version: 1,
      plan: planDocument(plan).plan,
      outcomes: outcomes.map(({ change, status }) => ({ id: change.id, sentence: change.sentence, status })),
    },
    text: (style) =>
      outcomes.length === 0
        ? planText(plan, incomplete, style)
        : [
            ...(plan.held.length > 0
              ? [
                  planText(
                    { ...plan, changes: [] },
                    incomplete,
                    style,
                    "`bulkhead ssh plan` tells how to let it through",
                  ),
                  "",
                ]
              : []),
            renderOutcomes(outcomes, [], style),
          ].join("\n"),
  };
}

/** @param sshd what in its configuration keeps somebody out who should come in */
export function explainResult(explanation: Explanation, sshd: string | null): Result {
  const conclusion = sshd === null ? verdictText(explanation) : cannot(explanation, sshd);
  const isIn = explanation.stops === null && sshd === null;
  return {
    document: { kind: "ssh-explanation", version: 1, ...explanation, sshd },
    text: (style) => {
      const rows = facts(explanation);
      const width = Math.max(0, ...rows.map(([step]) => step.length));
      const lines = rows.map(([step, what]) => `  ${style.dim(step.padEnd(width))}  ${what}`);
      return [
        style.bold(clean(explanation.asked)),
        ...lines,
        "",
        isIn ? style.added(conclusion) : style.removed(conclusion),
      ].join("\n");
    },
    markdown: () =>
      [
        ...facts(explanation).map(([step, what]) => `- ${step}: ${escapeMarkdown(what)}`),
        "",
        `**${escapeMarkdown(conclusion)}**`,
      ].join("\n"),
  };
}

function planText(plan: Plan, incomplete: string | null, style: Style, way = wayThrough(plan)): string {
  if (!isEmpty(plan)) {
    const approvable = plan.held.some((held) => held.approvable);
    // A plan of a host isn't saved, so it is approved in another way than the others.
    const shown = { ...plan, held: plan.held.map((held) => ({ ...held, approvable: false })) };
    return [renderPlan(shown, style), ...(approvable ? [way] : [])].join("\n");
  }
  const warnings = plan.warnings.map((warning) => clean(warning));
  return [...warnings, style.bold(incomplete === null ? nothing : "Nothing is changed after a read in part.")].join(
    "\n",
  );
}

function wayThrough(plan: Plan): string {
  return `To let through what the ceiling holds back: bulkhead ssh sync --approve ${planId(plan)}`;
}

/** The steps from the directory to the host, as far as they go. */
function facts({
  entry,
  groups,
  login,
  sudo,
  keys,
  user,
  pending,
}: Explanation): readonly (readonly [string, string])[] {
  const steps = [
    ...(entry ? [["entry", `${entry.dn} (${entry.evidence === "" ? entry.state : entry.evidence})`] as const] : []),
    ...groups.map(({ name, dn, through, rules }) => {
      const path = through.length > 0 ? `, through ${through.join(", ")}` : "";
      return ["group", `${name}, from ${dn}${path}, by ssh.access[${rules.join("], [")}]`] as const;
    }),
    ...(login === null ? [] : [["login", `${login}${sudo ? ", who may become root" : ""}`] as const]),
    ...keys.map((key) =>
      "refused" in key
        ? (["key", `refused: ${JSON.stringify(key.value)} ${key.refused}`] as const)
        : (["key", key.fingerprint] as const),
    ),
    ...(user ? [["user", userText(user)] as const] : []),
    ...pending.map((sentence) => ["next sync", sentence] as const),
  ];
  return steps.map(([step, what]) => [step, clean(what)]);
}

function userText({ login, uid, locked, left, keys }: NonNullable<Explanation["user"]>): string {
  const since = left === null ? "" : `, shut out since ${left}`;
  return `${login}, UID ${uid}, ${keys === 1 ? "1 key" : `${keys} keys`}${locked ? ", locked" : ""}${since}`;
}

function verdictText(explanation: Explanation): string {
  const { stops, login, account, user } = explanation;
  if (stops === null) return `May sign in to ${account} as ${login}.`;
  // Somebody whose shutting out is held back, or who is left alone, has what they had.
  if (user && !user.locked && user.keys > 0) return `Still gets in to ${account} as ${user.login}: ${clean(stops)}.`;
  return cannot(explanation, stops);
}

function cannot({ account }: Explanation, why: string): string {
  return `Can't sign in to ${account}: ${clean(why)}.`;
}
