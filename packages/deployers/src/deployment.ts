/** How a deployment ends, of whatever kind its parts are: the last hooks, who is notified, and what is told. */

import type { BulkheadError, JsonObject, Result, Style } from "@bulkhead/core";
import { notDoneDocument, notDoneSentence, renderNotDone, type NotDone, type Part } from "./attempts.ts";
import { endWith } from "./hooks.ts";
import { notify } from "./notify.ts";
import { exitCodeOf, placeOf, type DeployRun } from "./run.ts";
import type { Target } from "./target.ts";

/** A part that wasn't deployed: it failed, wasn't tried, or runs a newer commit. */
export type NotDeployed = NotDone | { readonly status: "superseded"; readonly by: string };

/** What became of a part; `same` is one that was as declared, `declined` one that somebody was asked about. */
export type PartOutcome<D extends { readonly status: string }> = Part & (D | NotDeployed);

/** How parts of one kind are told. */
export interface Telling<D> {
  /** The kind of the document, and its field that holds the parts. */
  readonly kind: string;
  readonly field: string;
  /** Such as `updated, version 3`. */
  sentence(part: Part & D): string;
  document(part: Part & D): JsonObject;
  /** The lines below a part that was changed. */
  details(part: Part & D, style: Style): readonly string[];
}

export async function endDeployment<D extends { readonly status: string }>(
  run: DeployRun,
  outcomes: readonly PartOutcome<D>[],
  telling: Telling<D>,
): Promise<Result> {
  const tried = outcomes.filter(({ status }) => status !== "superseded");
  const incomplete = tried.some((one) => isNotDeployed(one) || one.status === "declined");
  const ending = incomplete || tried.length === 0 ? undefined : await endWith(run);
  const failed = incomplete || ending !== undefined;
  const document = {
    kind: telling.kind,
    version: 1,
    ...placeOf(run),
    succeeded: !failed,
    [telling.field]: outcomes.map((one) => documentOf(one, telling)),
  };
  if (tried.some(({ status }) => status !== "same")) {
    const sentences = outcomes.map((one) => `${one.name}: ${sentenceOf(one, telling)}`);
    await notify(run, deploymentSentence(run.target, sentences, incomplete, ending), document);
  }
  if (ending) throw ending;
  return {
    exitCode: exitCodeOf(failed),
    document,
    text: (style) => outcomes.map((one) => render(one, telling, style)).join("\n"),
  };
}

function isNotDeployed<D extends { readonly status: string }>(one: PartOutcome<D>): one is Part & NotDeployed {
  return one.status === "failed" || one.status === "not tried" || one.status === "superseded";
}

function sentenceOf<D extends { readonly status: string }>(one: PartOutcome<D>, telling: Telling<D>): string {
  if (!isNotDeployed(one)) return telling.sentence(one);
  return one.status === "superseded" ? supersededSentence(one.by) : notDoneSentence(one);
}

function supersededSentence(by: string): string {
  return `left alone, it runs the newer commit ${by.slice(0, 7)}`;
}

function documentOf<D extends { readonly status: string }>(one: PartOutcome<D>, telling: Telling<D>): JsonObject {
  const { key, name } = one;
  if (!isNotDeployed(one)) return { ...telling.document(one), key, name, status: one.status };
  if (one.status === "superseded") return { key, name, status: one.status, by: one.by };
  return { key, name, ...notDoneDocument(one) };
}

function render<D extends { readonly status: string }>(one: PartOutcome<D>, telling: Telling<D>, style: Style): string {
  const { name } = one;
  if (!isNotDeployed(one)) {
    if (one.status === "declined") return `${style.dim("-")} ${name}: nothing was changed`;
    if (one.status === "same") return style.dim(`= ${name}: nothing to do`);
    const head = `${style.added("✓")} ${name}: ${telling.sentence(one)}`;
    return [head, ...telling.details(one, style)].join("\n");
  }
  if (one.status === "superseded") return style.dim(`- ${name}: ${supersededSentence(one.by)}`);
  return renderNotDone(name, one, style);
}

/** The whole in one line, for those who are told. @param ending how the last hooks failed */
function deploymentSentence(
  { application, environment, account, region }: Target,
  parts: readonly string[],
  incomplete: boolean,
  ending: BulkheadError | undefined,
): string {
  const where = `${environment ?? account} (${region})`;
  const all = [...parts, ...(ending ? [ending.message] : [])];
  return `${application} ${incomplete ? "was not deployed" : "is deployed"} to ${where}. ${all.join("; ")}`;
}
