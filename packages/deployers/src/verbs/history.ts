/** `history`: who deployed what to an environment, from what to what, and how it ended; by the receipts there. */

import { clean, renderTable, type JsonObject, type Result, type Style } from "@bulkhead/core";
import { SSMClient } from "@aws-sdk/client-ssm";
import pLimit from "p-limit";
import { missingFlags } from "../errors.ts";
import { noReceipts } from "../receipts/errors.ts";
import { foldLines } from "../receipts/history.ts";
import type { Receipt } from "../receipts/model.ts";
import { shortCommit, shortDigest, shortName, shortSide, shortTime } from "../receipts/render.ts";
import { parameterOf, pathOf, readLines, readReceipts } from "../receipts/store.ts";
import { placeOf, type DeployRun } from "../run.ts";

interface Book {
  readonly last: Receipt;
  /** Newest first. */
  readonly receipts: readonly Receipt[];
}

/**
 * One call for ten units, and one or two for each that is shown.
 * @throws Receipt.None, Receipt.NewerVersion, Receipt.Unreadable; Deploy.MissingFlags
 */
export async function runHistory(run: DeployRun, { limit }: { readonly limit: number }): Promise<Result> {
  const { target, access, place, context } = run;
  const { application, environment } = target;
  if (application === "") throw missingFlags(["--application"]);
  const client = access.client(SSMClient, place);
  const all = await readReceipts(client, pathOf(application, environment ?? null));
  const [asked] = context.args;
  const chosen = all.filter((last) => asked === undefined || isMeant(last, asked));
  if (asked !== undefined && chosen.length === 0) {
    throw noReceipts(
      asked,
      all.map(({ unit }) => unit),
    );
  }
  const atOnce = pLimit(context.flags.concurrency);
  const books = await Promise.all(
    chosen.map((last) =>
      atOnce(async (): Promise<Book> => {
        const receipts = foldLines(await readLines(client, parameterOf(last)));
        return { last, receipts: receipts.toReversed().slice(0, limit) };
      }),
    ),
  );
  const sorted = books.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  const units = sorted.map(({ last: { kind, unit, name }, receipts }) => ({
    kind,
    unit,
    name,
    receipts: receipts as unknown as JsonObject[],
  }));
  return {
    document: { kind: "deployment-history", version: 1, ...placeOf(run), units },
    text: (style) =>
      sorted.length === 0
        ? "Nothing was deployed here yet."
        : sorted.map((book) => renderBook(book, style)).join("\n\n"),
    markdown: () => sorted.map((book) => renderBook(book, "markdown")).join("\n\n"),
  };
}

const order = ({ last }: Book): string => `${last.kind} ${last.unit}`;

/** `orders` means all aliases of the function, and its name in AWS will do as well. */
function isMeant({ unit, name }: Receipt, asked: string): boolean {
  return unit === asked || unit.startsWith(`${asked}/`) || name === asked;
}

const head = ["When (UTC)", "What", "Result", "From", "To", "Commit", "Code", "Who", "Job", "Why"];

function renderBook({ last, receipts }: Book, style: Style | "markdown"): string {
  const { kind, unit, name } = last;
  const title = `${unit} (${kind}, ${name})`;
  const rows = receipts.map((it) => [
    shortTime(it.at),
    it.verb,
    it.result,
    shortSide(kind, it.from),
    shortSide(kind, it.to),
    `${shortCommit(it.commit)}${it.dirty ? " and changes" : ""}`,
    shortDigest(it.digest),
    shortName(it.who),
    it.job === null ? "-" : clean(it.job),
    it.reason === null ? "-" : clean(it.reason),
  ]);
  return `${style === "markdown" ? `## ${title}\n` : style.bold(title)}\n${renderTable(head, rows, style)}`;
}
