/** `rollback`: gives the aliases of functions back to what ran before, and says from what to what. */

import type { JsonObject, Result, Style } from "@bulkhead/core";
import { attempts, notDoneDocument, notDoneSentence, renderNotDone, type NotDone, type Part } from "../../attempts.ts";
import { notify } from "../../notify.ts";
import { shortCommit } from "../../receipts/render.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { rollBackFunction, type RolledBack } from "../rollback.ts";
import { openFunctions } from "./open.ts";

type Outcome = Part & { readonly alias: string } & (RolledBack | NotDone);

export async function runRollback(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const opened = openFunctions(run);
  const attempt = attempts(run);
  const outcomes = await Promise.all(
    opened.functions.map(async (declaration): Promise<Outcome> => {
      const { key, name, alias } = declaration;
      return { key, name, alias, ...(await attempt(() => rollBackFunction(opened, declaration, yes))) };
    }),
  );
  const failed = outcomes.some(({ status }) => status !== "rolled back");
  const functions = outcomes.map(outcomeDocument);
  const document = { kind: "function-rollback", version: 1, ...placeOf(run), succeeded: !failed, functions };
  const { application, environment, account, region } = run.target;
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
  if (one.status === "failed" || one.status === "not tried") return { ...base, ...notDoneDocument(one) };
  return { ...base, from: { ...one.from }, to: { ...one.to } };
}

const subjectOf = ({ name, alias }: Outcome): string => `${name}:${alias}`;

function sentenceOf(one: Outcome): string {
  const subject = subjectOf(one);
  if (one.status === "failed" || one.status === "not tried") return `${subject}: ${notDoneSentence(one)}`;
  if (one.status === "declined") return `${subject}: nothing was changed`;
  const { from, to } = one;
  const commit = to.commit === null ? "" : `, commit ${shortCommit(to.commit)}`;
  return `${subject}: back from version ${from.version} to ${to.version}${commit}`;
}

function renderOutcome(one: Outcome, style: Style): string {
  if (one.status === "failed" || one.status === "not tried") return renderNotDone(subjectOf(one), one, style);
  const mark = one.status === "rolled back" ? style.added("✓") : style.dim("-");
  return `${mark} ${sentenceOf(one)}`;
}
