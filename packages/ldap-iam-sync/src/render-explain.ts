/** An explanation as text for a terminal and as Markdown. */

import { clean, type Result, type Style } from "@bulkhead/core";
import { escapeMarkdown } from "@bulkhead/plan";
import type { ExplainedGroup, Explanation } from "./explain.ts";

export function explainResult(explanation: Explanation): Result {
  return {
    document: { kind: "explanation", version: 1, ...explanation },
    text: (style) => [...factLines(explanation, style), "", verdict(explanation, style)].join("\n"),
    markdown: () =>
      [
        ...facts(explanation).map(([step, what]) => `- ${step}: ${escapeMarkdown(what)}`),
        "",
        ...(explanation.stops === null ? [] : [`**Enters nothing**: ${escapeMarkdown(explanation.stops)}`]),
      ].join("\n"),
  };
}

/** The steps from the directory to accounts, as far as they go. */
function facts({ entry, user, groups, pending }: Explanation): readonly (readonly [step: string, what: string])[] {
  const steps = [
    ...(entry ? [["entry", `${entry.dn} (${entry.evidence === "" ? entry.state : entry.evidence})`] as const] : []),
    ...(user
      ? [["IAM user", `${user.name ?? "none"}, by ${user.rule}${standings[user.standing](user.left)}`] as const]
      : []),
    ...groups.flatMap((group) => [
      ["group", groupText(group)] as const,
      ...group.roles.map(
        ({ role, accounts, everywhere }) =>
          ["role", `${role} in ${accounts.join(", ")}${everywhere ? " and every account to come" : ""}`] as const,
      ),
    ]),
    ...pending.map((sentence) => ["next apply", sentence] as const),
  ];
  return steps.map(([step, what]) => [step, clean(what)] as const);
}

const standings: Record<NonNullable<Explanation["user"]>["standing"], (left: string | null) => string> = {
  missing: () => ", not in IAM yet",
  active: () => "",
  left: (day) => `, shut out since ${day}`,
};

function groupText({ name, dn, through, rule, joined }: ExplainedGroup): string {
  const path = through.length > 0 ? `, through ${through.join(", ")}` : "";
  return `${name}, from ${dn}${rule === null ? "" : ` by ${rule}`}${path}${joined ? "" : " (not joined yet)"}`;
}

function factLines(explanation: Explanation, style: Style): string[] {
  const rows = facts(explanation);
  const width = Math.max(0, ...rows.map(([step]) => step.length));
  return [
    style.bold(clean(explanation.asked)),
    ...rows.map(([step, what]) => `  ${style.dim(step.padEnd(width))}  ${what}`),
  ];
}

function verdict({ stops, groups }: Explanation, style: Style): string {
  if (stops !== null) return style.removed(`Enters nothing: ${clean(stops)}.`);
  const roles = groups.filter(({ joined }) => joined).flatMap((group) => group.roles.map(({ role }) => role));
  return style.added(`May enter ${[...new Set(roles)].join(", ")}, as above.`);
}
