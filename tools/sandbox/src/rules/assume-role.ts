// AssumeRole needs a role that exists, in an account that is active: moto hands out keys for anything.
import { Refusal } from "../answer.ts";
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import type { Rule } from "./rule.ts";

/** AssumeRole is denied where there is no such role. Trust policies are not looked at. */
export function assumeRole(backend: Backend, management: string): Rule {
  async function isActive(account: string): Promise<boolean> {
    if (account === management) return true;
    try {
      const { Account } = await backend.organizations("DescribeAccount", { AccountId: account });
      return (Account as Fields)["State"] === "ACTIVE";
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  return {
    name: "AssumeRole is denied for a role or an account that doesn't exist or isn't active",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html",
    operations: ["sts:AssumeRole"],
    async handle(call, next) {
      const role = String(call.request.input["RoleArn"]);
      const account = /^arn:[^:]+:iam::(\d{12}):role\//.exec(role)?.[1];
      if (account === undefined) throw new Refusal(400, "ValidationError", `${role} is invalid`);
      if ((await isActive(account)) && (await backend.hasRole(account, role))) return next(call);
      const message = `User: ${call.caller} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
      throw new Refusal(403, "AccessDenied", message);
    },
  };
}
