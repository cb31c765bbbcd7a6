/**
 * Permissions: who may invoke the alias. Ours are known by their statement ids, which hold a hash of what they say; all
 * others in the alias's policy are left alone.
 */

import {
  AddPermissionCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  type AddPermissionRequest,
} from "@aws-sdk/client-lambda";
import { awsErrorName } from "@bulkhead/credentials";
import { createHash } from "node:crypto";
import type { Extras, FieldChange } from "../model.ts";
import { defineExtra } from "./extra.ts";
import { manages } from "./names.ts";

const prefix = "bulkhead-permission-";

type Statement = Pick<
  AddPermissionRequest,
  "Action" | "Principal" | "SourceArn" | "SourceAccount" | "FunctionUrlAuthType" | "InvokedViaFunctionUrl"
>;

/** Our statements in the alias's policy, by id: who may invoke by it. */
type Found = ReadonlyMap<string, string>;

interface PolicyStatement {
  readonly Sid?: string;
  readonly Action?: string;
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}

export const permissions = defineExtra<Found>({
  matters: ({ extras }, found) =>
    wantedStatements(extras).size > 0 || (found !== null && manages(found.tags, "permissions")),
  read: async ({ client, wanted }) => {
    try {
      const { Policy = "{}" } = await client.send(
        new GetPolicyCommand({ FunctionName: wanted.name, Qualifier: wanted.alias }),
      );
      const { Statement: statements = [] } = JSON.parse(Policy) as { readonly Statement?: readonly PolicyStatement[] };
      const ours = statements.filter(({ Sid }) => Sid?.startsWith(prefix));
      return new Map(ours.map((statement) => [statement.Sid ?? "", describeFound(statement)]));
    } catch (error) {
      if (awsErrorName(error) === "ResourceNotFoundException") return undefined;
      throw error;
    }
  },
  changes: (extras, found = new Map()) => {
    const wanted = wantedStatements(extras);
    return [
      ...[...wanted].flatMap(([sid, statement]): readonly FieldChange[] =>
        found.has(sid) ? [] : [{ field: "permissions", before: null, after: describe(statement) }],
      ),
      ...[...found].flatMap(([sid, before]): readonly FieldChange[] =>
        wanted.has(sid) ? [] : [{ field: "permissions", before, after: null }],
      ),
    ];
  },
  write: async ({ client, wanted: { name, alias, extras } }, found = new Map()) => {
    const wanted = wantedStatements(extras);
    const place = { FunctionName: name, Qualifier: alias };
    for (const [StatementId, statement] of wanted) {
      if (found.has(StatementId)) continue;
      try {
        await client.send(new AddPermissionCommand({ ...place, StatementId, ...statement }));
      } catch (error) {
        // The first answer was lost.
        if (awsErrorName(error) !== "ResourceConflictException") throw error;
      }
    }
    for (const StatementId of [...found.keys()].filter((sid) => !wanted.has(sid))) {
      try {
        await client.send(new RemovePermissionCommand({ ...place, StatementId }));
      } catch (error) {
        if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
      }
    }
  },
});

/** By their ids. */
function wantedStatements({ permissions: declared, url }: Extras): ReadonlyMap<string, Statement> {
  const statements: Statement[] = declared.map(({ principal, sourceArn, sourceAccount }) => ({
    Action: "lambda:InvokeFunction",
    Principal: principal,
    ...(sourceArn === undefined ? {} : { SourceArn: sourceArn }),
    ...(sourceAccount === undefined ? {} : { SourceAccount: sourceAccount }),
  }));
  // A public URL needs both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  if (url?.auth === "NONE") {
    statements.push(
      { Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE" },
      { Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: true },
    );
  }
  return new Map(statements.map((statement) => [`${prefix}${hash(statement)}`, statement]));
}

function hash(statement: Statement): string {
  return createHash("sha256").update(JSON.stringify(statement)).digest("hex").slice(0, 16);
}

function describe({ Action, Principal = "", SourceArn }: Statement): string {
  return describeParts(Principal, SourceArn, Action);
}

function describeFound({ Principal = "", Condition, Action }: PolicyStatement): string {
  const principal = typeof Principal === "string" ? Principal : Object.values(Principal).join(", ");
  return describeParts(principal, Condition?.ArnLike?.["AWS:SourceArn"], Action);
}

function describeParts(principal: string, sourceArn: string | undefined, action: string | undefined): string {
  const by = action === "lambda:InvokeFunctionUrl" ? " (by the function's URL)" : "";
  return `${principal === "*" ? "everybody" : principal}${sourceArn === undefined ? "" : ` (${sourceArn})`}${by}`;
}
