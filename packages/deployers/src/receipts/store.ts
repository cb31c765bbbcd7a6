/**
 * Where receipts lie: one SSM parameter a unit, in the account and region that it was deployed to. SSM keeps the last
 * hundred values of a parameter, and that is the book.
 */

import type { SSMClient } from "@aws-sdk/client-ssm";
import { awsErrorName, readAll, readPages } from "@bulkhead/credentials";
import { encodeReceipt, parseReceipt } from "./format.ts";
import type { Kind, Receipt } from "./model.ts";

const folder = "/bulkhead/receipts";

/** The folder of an application's receipts: all of them, or those of an environment and kind. */
export function pathOf(application: string, environment?: string | null, kind?: Kind): string {
  const parts = [folder, application, environment === null ? "-" : environment, kind];
  return parts.filter((part) => part !== undefined).join("/");
}

export function parameterOf({
  application,
  environment,
  kind,
  unit,
}: Pick<Receipt, "application" | "environment" | "kind" | "unit">): string {
  return `${pathOf(application, environment, kind)}/${unit}`;
}

/**
 * The last receipts of all units below a path: a call for ten of them.
 * @throws Receipt.NewerVersion, Receipt.Unreadable
 */
export async function readReceipts(client: SSMClient, path: string): Promise<readonly Receipt[]> {
  const { GetParametersByPathCommand } = await import("@aws-sdk/client-ssm");
  const pages = readPages("NextToken", (page) =>
    client.send(new GetParametersByPathCommand({ Path: path, Recursive: true, ...page })),
  );
  const parameters = await readAll(pages, ({ Parameters }) => Parameters);
  return parameters.map(({ Name = "", Value = "" }) => parseReceipt(Name, Value));
}

/**
 * All lines of a unit's book, oldest first: 50 a call, 100 at most.
 * @throws Receipt.NewerVersion, Receipt.Unreadable
 */
export async function readLines(client: SSMClient, parameter: string): Promise<readonly Receipt[]> {
  const { GetParameterHistoryCommand } = await import("@aws-sdk/client-ssm");
  const pages = readPages("NextToken", (page) =>
    client.send(new GetParameterHistoryCommand({ Name: parameter, ...page })),
  );
  const versions = await readAll(pages, ({ Parameters }) => Parameters).catch((error: unknown) => {
    if (awsErrorName(error) === "ParameterNotFound") return [];
    throw error;
  });
  return versions
    .toSorted((a, b) => (a.Version ?? 0) - (b.Version ?? 0))
    .map(({ Value = "" }) => parseReceipt(parameter, Value));
}

/** The same line twice, since the first answer was lost, does no harm: readers see one. */
export async function writeReceipt(client: SSMClient, receipt: Receipt): Promise<void> {
  const { PutParameterCommand } = await import("@aws-sdk/client-ssm");
  const Value = encodeReceipt(receipt);
  await client.send(
    new PutParameterCommand({ Name: parameterOf(receipt), Value, Type: "String", Tier: "Standard", Overwrite: true }),
  );
}
