/** Permissions of event sources: statements of the alias's policy, which also tell what is wired to it. */

import { awsErrorName } from "@bulkhead/credentials";
import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import type { Permission } from "./model.ts";
import { eventSidPrefix, sidOf } from "./names.ts";
import type { Site } from "./site.ts";

/** @param sourceAccount where the source's ARN doesn't say whose it is */
export function permissionOf(site: Site, principal: string, sourceArn: string, sourceAccount?: string): Permission {
  return { sid: sidOf(site, principal, sourceArn), principal, sourceArn, sourceAccount };
}

interface Statement {
  readonly Sid?: string;
  readonly Principal?: { readonly Service?: string } | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Ours, by their ids. */
export async function readPermissions({ lambda, functionName, alias }: Site): Promise<readonly Permission[]> {
  try {
    const { Policy = "{}" } = await lambda.send(new GetPolicyCommand({ FunctionName: functionName, Qualifier: alias }));
    const { Statement = [] } = JSON.parse(Policy) as { readonly Statement?: readonly Statement[] };
    return Statement.filter(({ Sid = "" }) => Sid.startsWith(eventSidPrefix)).map(permission);
  } catch (error) {
    if (awsErrorName(error) === "ResourceNotFoundException") return [];
    throw error;
  }
}

function permission({ Sid = "", Principal, Condition = {} }: Statement): Permission {
  const condition = (operator: string, key: string): string | undefined =>
    Object.entries(Condition[operator] ?? {}).find(([name]) => name.toLowerCase() === key)?.[1];
  return {
    sid: Sid,
    principal: typeof Principal === "object" ? (Principal.Service ?? "") : (Principal ?? ""),
    sourceArn: condition("ArnLike", "aws:sourcearn") ?? "",
    sourceAccount: condition("StringEquals", "aws:sourceaccount"),
  };
}

export async function addPermission({ lambda, functionName, alias }: Site, added: Permission): Promise<void> {
  const { sid, principal, sourceArn, sourceAccount } = added;
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: functionName,
        Qualifier: alias,
        StatementId: sid,
        Action: "lambda:InvokeFunction",
        Principal: principal,
        SourceArn: sourceArn,
        SourceAccount: sourceAccount,
      }),
    );
  } catch (error) {
    // The id says all that is in it: it is there since a call whose answer was lost.
    if (awsErrorName(error) !== "ResourceConflictException") throw error;
  }
}

export async function removePermission({ lambda, functionName, alias }: Site, { sid }: Permission): Promise<void> {
  try {
    const input = { FunctionName: functionName, Qualifier: alias, StatementId: sid };
    await lambda.send(new RemovePermissionCommand(input));
  } catch (error) {
    if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
  }
}
