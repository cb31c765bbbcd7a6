// Where an account is in the organization: AWS says so in ListAccounts, moto doesn't.
import { jsonAnswer, readJson } from "../answer.ts";
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import { organizations } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** ListAccounts gives each account its entity path: organization, root and units, from the top. */
export function accountPaths(backend: Backend): Rule {
  async function pathOf(id: string, known: Map<string, string>): Promise<string> {
    const { Parents } = await backend.organizations("ListParents", { ChildId: id });
    const parent = String((Parents as Fields[])[0]?.["Id"]);
    const path =
      known.get(parent) ?? (parent.startsWith("r-") ? `${parent}/` : `${await pathOf(parent, known)}${parent}/`);
    known.set(parent, path);
    return path;
  }

  return {
    name: "Accounts come with their paths in the organization",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html",
    operations: organizations("ListAccounts"),
    async handle(call, next) {
      const answer = await next(call);
      if (answer.status !== 200) return answer;
      const { Accounts, ...rest } = readJson(answer);
      const known = new Map<string, string>();
      const withPaths = [];
      for (const account of Accounts as Fields[]) {
        const organization = String(account["Arn"]).split("/")[1];
        withPaths.push({ ...account, Paths: [`${organization}/${await pathOf(String(account["Id"]), known)}`] });
      }
      return jsonAnswer({ ...rest, Accounts: withPaths });
    },
  };
}
