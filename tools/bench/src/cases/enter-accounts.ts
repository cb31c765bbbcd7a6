/** Enters every account of the organization with `@bulkhead/credentials` and asks one question there; run as a process. */

import { silent } from "@bulkhead/core";
import { acrossAccounts, createAccess, createDiskCache } from "@bulkhead/credentials";
import { AccountClient, GetContactInformationCommand } from "@aws-sdk/client-account";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";

const [folder = "sessions", concurrency = "20"] = process.argv.slice(2);
const region = "eu-central-1";
const accessRole = "OrganizationAccountAccessRole";
const access = createAccess({ region, accessRole, disk: createDiskCache(folder), report: silent });

const { account: home } = await access.identity();
const organizations = access.client(OrganizationsClient, { account: home, region });
const accounts: string[] = [];
for (let token: string | undefined; ;) {
  const answer = await organizations.send(new ListAccountsCommand(token === undefined ? {} : { NextToken: token }));
  accounts.push(...(answer.Accounts ?? []).flatMap(({ Id }) => (Id === undefined || Id === home ? [] : [Id])));
  token = answer.NextToken;
  if (token === undefined) break;
}

const outcomes = await acrossAccounts(
  accounts,
  (account) => access.client(AccountClient, { account, region }).send(new GetContactInformationCommand({})),
  {
    concurrency: Number(concurrency),
    signal: new AbortController().signal,
    report: silent,
    task: "entering accounts",
  },
);
access.close();
const entered = outcomes.filter(({ status }) => status === "done").length;
process.stdout.write(`${JSON.stringify({ entered, lost: outcomes.length - entered })}\n`);
for (const outcome of outcomes) {
  if (outcome.status === "failed") process.stderr.write(`${outcome.error.code}: ${outcome.error.message}\n`);
}
