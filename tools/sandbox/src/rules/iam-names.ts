// Names in IAM are unique without regard to case: moto takes `Alice` beside `alice`.
import { Refusal } from "../answer.ts";
import type { Backend } from "../backend.ts";
import { elements } from "./iam-xml.ts";
import { oneAtATime } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** How the names in use are listed, by the call that gives a name. */
const LISTS: Readonly<Record<string, { readonly list: string; readonly name: string; readonly given: string }>> = {
  CreateUser: { list: "ListUsers", name: "UserName", given: "UserName" },
  UpdateUser: { list: "ListUsers", name: "UserName", given: "NewUserName" },
  CreateGroup: { list: "ListGroups", name: "GroupName", given: "GroupName" },
};

/** A user or group can't have a name that another one has in other letters. */
export function uniqueNames(backend: Backend): Rule {
  const exclusively = oneAtATime();
  return {
    name: "Names of users and groups are unique without regard to case",
    page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html",
    operations: Object.keys(LISTS).map((operation) => `iam:${operation}`),
    handle: (call, next) =>
      exclusively(async () => {
        const { operation, input } = call.request;
        const { list, name, given } = LISTS[operation] ?? { list: "", name: "", given: "" };
        const wanted = input[given] === undefined ? undefined : String(input[given]);
        // Changing nothing but the case of one's own name is allowed.
        const own = operation === "UpdateUser" ? String(input["UserName"]) : undefined;
        if (wanted !== undefined) {
          const listed = await backend.iam(call.account, list, { MaxItems: "1000000" });
          const taken = elements(listed.body.toString(), name).filter((it) => it !== own);
          if (taken.some((it) => it.toLowerCase() === wanted.toLowerCase())) {
            const message = `${name.replace("Name", "")} with name ${wanted} already exists.`;
            throw new Refusal(409, "EntityAlreadyExists", message);
          }
        }
        return next(call);
      }),
  };
}
