/** `matrix`: what runs where, over all environments and their accounts; by the receipts there. */

import {
  renderTable,
  type BulkheadError,
  type CommandContext,
  type JsonObject,
  type Result,
  type Style,
} from "@bulkhead/core";
import { acrossAccounts, openAccess, type Access, type AccountOutcome } from "@bulkhead/credentials";
import { lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import { SSMClient } from "@aws-sdk/client-ssm";
import { matrixOf, type Cell, type Column, type Row, type Unit } from "../receipts/matrix.ts";
import { functionUnit, type Receipt } from "../receipts/model.ts";
import { shortCommit, shortDigest, shortName, shortTime } from "../receipts/render.ts";
import { pathOf, readReceipts } from "../receipts/store.ts";
import { exitCodeOf, loadTargets } from "../run.ts";
import type { environmentsFlags } from "../target-flags.ts";
import type { Target } from "../target.ts";

type Context = CommandContext<typeof environmentsFlags>;

/** An account and region that is read once, for all environments that are there. */
type Home = Pick<Target, "application" | "account" | "region" | "accessRole">;

/**
 * One call for each account and region, and for ten units there; side by side.
 * @throws what loading the deploy file throws. An account that can't be read stands in the result.
 */
export async function runMatrix(context: Context): Promise<Result> {
  const { flags, signal, report } = context;
  const noTarget = { account: undefined, region: undefined, application: undefined, "artifact-bucket": undefined };
  const targets = loadTargets({ ...flags, ...noTarget }, () => readLockFile(lockFilePath(flags.file)), []);
  const homes = [...new Map(targets.map((target) => [homeKey(target), target])).values()];
  const accesses = new Map<string, Access>();
  try {
    const outcomes = await acrossAccounts(homes, (home) => readHome(context, accesses, home), {
      concurrency: flags.concurrency,
      signal,
      report,
      task: "accounts",
    });
    signal.throwIfAborted();
    return resultOf(targets, outcomes);
  } finally {
    for (const access of accesses.values()) access.close();
  }
}

const homeKey = ({ account, region, accessRole }: Home): string => [account, region, accessRole].join("/");

async function readHome(
  context: Context,
  accesses: Map<string, Access>,
  { application, account, region, accessRole = "" }: Home,
): Promise<readonly Receipt[]> {
  const access = accesses.get(accessRole) ?? openAccess(context, { region, accessRole });
  accesses.set(accessRole, access);
  if (accessRole === "") await access.expectAccount(account);
  return readReceipts(access.client(SSMClient, { account, region }), pathOf(application));
}

function resultOf(targets: readonly Target[], outcomes: readonly AccountOutcome<Home, readonly Receipt[]>[]): Result {
  const outcomeOf = (target: Target) => outcomes.find(({ account }) => homeKey(account) === homeKey(target));
  const columns = targets.map((target): Column => {
    const outcome = outcomeOf(target);
    const environment = target.environment ?? "-";
    if (outcome?.status !== "done") return { environment, receipts: undefined };
    return {
      environment,
      receipts: outcome.value.filter((receipt) => receipt.environment === (target.environment ?? null)),
    };
  });
  const failures = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome] : []));
  const rows = matrixOf(targets.flatMap(unitsOf), columns);
  return {
    exitCode: exitCodeOf(failures.length > 0),
    document: {
      kind: "deployment-matrix",
      version: 1,
      application: targets[0]?.application ?? "",
      environments: targets.map(({ environment, account, region }) => ({
        environment: environment ?? null,
        account,
        region,
      })),
      units: rows as unknown as JsonObject[],
      failed: failures.map(({ account: { account, region }, error: { code, message } }) => ({
        account,
        region,
        code,
        message,
      })),
    },
    text: (style) =>
      [table(rows, style), ...failures.map(({ account, error }) => failure(account, error, style))].join("\n"),
    markdown: () =>
      [
        table(rows, "markdown"),
        ...failures.map(({ account, error }) => `\n- ${account.account}: ${error.message}`),
      ].join("\n"),
  };
}

function unitsOf({ stacks, functions }: Target): readonly Unit[] {
  return [
    ...stacks.map(({ key }): Unit => ({ kind: "cloudformation", unit: key })),
    ...functions.map((declared): Unit => ({ kind: "lambda", unit: functionUnit(declared) })),
  ];
}

function failure({ account, region }: Home, { message, code }: BulkheadError, style: Style): string {
  return `${style.removed("✗")} ${account} (${region}): ${message} ${style.dim(`(${code})`)}`;
}

const head = ["Unit", "Kind", "Environment", "Version", "Commit", "Code", "When (UTC)", "Who", "State"];

function table(rows: readonly Row[], style: Style | "markdown"): string {
  const lines = rows.flatMap(({ kind, unit, cells }) =>
    cells.map((cell, index) => [
      ...(index === 0 ? [unit, kind] : ["", ""]),
      cell.environment,
      kind === "lambda" ? (cell.runs?.version ?? "-") : "-",
      shortCommit(cell.runs?.commit ?? null),
      shortDigest(cell.runs?.digest ?? null),
      cell.last ? shortTime(cell.last.at) : "-",
      cell.last ? shortName(cell.last.who) : "-",
      stateOf(cell),
    ]),
  );
  return renderTable(head, lines, style);
}

function stateOf({ status, last, differsFrom }: Cell): string {
  if (status === "unreadable") return "can't be read";
  const parts = [
    ...(last === null ? ["never deployed"] : status === "nothing" ? ["nothing runs"] : []),
    ...(last && last.result !== "done"
      ? [last.result === "begun" ? `${last.verb} under way or cut off` : `last ${last.verb} ${last.result}`]
      : []),
    ...(differsFrom === null ? [] : [`≠ ${differsFrom}`]),
  ];
  return parts.join(", ") || "-";
}
