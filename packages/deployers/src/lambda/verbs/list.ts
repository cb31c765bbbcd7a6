/** `list`: the functions of the account and region; of the application's own also what runs. */

import { renderTable, type Result } from "@bulkhead/core";
import { functionUnit } from "../../receipts/model.ts";
import { shortCommit } from "../../receipts/render.ts";
import { placeOf, type DeployRun } from "../../run.ts";
import { readFunctions } from "../actual.ts";
import { openFunctions } from "./open.ts";

export async function runList(run: DeployRun): Promise<Result> {
  const { client, book, functions: declared } = openFunctions(run);
  const [found, receipts] = await Promise.all([readFunctions(client), book.lasts()]);
  const functions = found
    .map(({ FunctionName: name = "", Runtime, MemorySize, LastModified }) => {
      const own = declared.find((one) => one.name === name);
      const side = receipts.find(({ unit }) => own && unit === functionUnit(own))?.to;
      return {
        name,
        runtime: Runtime ?? null,
        memory: MemorySize ?? null,
        declared: own !== undefined,
        version: side?.version ?? null,
        commit: side?.commit ?? null,
        changed: LastModified ?? null,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = ["Function", "Runtime", "Memory", "Declared", "Version", "Commit", "Changed"];
  const rows = functions.map((one) => [
    one.name,
    one.runtime ?? "-",
    String(one.memory ?? "-"),
    one.declared ? "yes" : "no",
    one.version ?? "-",
    shortCommit(one.commit),
    one.changed ?? "-",
  ]);
  return {
    document: { kind: "functions", version: 1, ...placeOf(run), functions },
    text: (style) => renderTable(head, rows, style),
    markdown: () => renderTable(head, rows, "markdown"),
  };
}
