// Renaming an account: moto has no PutAccountName, so the front remembers the names given and shows them.
import { jsonAnswer, makeAnswer, readJson, Refusal } from "../answer.ts";
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import { organizations } from "./rule.ts";
import type { Rule } from "./rule.ts";

const NAMED_IN = organizations("DescribeAccount", "ListAccounts", "ListAccountsForParent");

/** PutAccountName changes the name that Organizations shows. */
export function accountName(backend: Backend, management: string): Rule {
  const names = new Map<string, string>();
  const rename = (account: Fields): Fields => ({
    ...account,
    Name: names.get(String(account["Id"])) ?? account["Name"],
  });

  async function checkMember(accountId: string, caller: string): Promise<void> {
    const { EnabledServicePrincipals } = await backend.organizations("ListAWSServiceAccessForOrganization");
    const trusted = (EnabledServicePrincipals as Fields[]).some(
      (it) => it["ServicePrincipal"] === "account.amazonaws.com",
    );
    const isMember = await backend.organizations("DescribeAccount", { AccountId: accountId }).then(
      () => accountId !== management,
      () => false,
    );
    if (caller === management && trusted && isMember) return;
    throw new Refusal(
      403,
      "AccessDeniedException",
      "You are not authorized to perform this operation on the specified account.",
    );
  }

  return {
    name: "PutAccountName renames an account; naming a member needs trusted access for account.amazonaws.com",
    page: "https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html",
    operations: ["account:PutAccountName", ...NAMED_IN],
    async handle(call, next) {
      const { name, input } = call.request;
      if (name === "account:PutAccountName") {
        const accountId = input["AccountId"];
        if (accountId !== undefined) await checkMember(String(accountId), call.account);
        names.set(String(accountId ?? call.account), String(input["AccountName"]));
        return makeAnswer(200, "application/json", "");
      }
      const answer = await next(call);
      if (answer.status !== 200 || names.size === 0) return answer;
      const { Account, Accounts, ...rest } = readJson(answer);
      if (Account !== undefined) return jsonAnswer({ ...rest, Account: rename(Account as Fields) });
      return jsonAnswer({ ...rest, Accounts: (Accounts as Fields[]).map(rename) });
    },
  };
}
