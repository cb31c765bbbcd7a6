// What moto lacks of IAM users: tags that survive a rename, and service-specific credentials.
import { makeAnswer } from "../answer.ts";
import type { Backend } from "../backend.ts";
import { elements, topLevelMembers } from "./iam-xml.ts";
import type { Rule } from "./rule.ts";

/** Only the name and the path change; moto keeps tags by ARN, and so loses them. */
export function updateUser(backend: Backend): Rule {
  return {
    name: "A user that is renamed or moved keeps its tags",
    page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html",
    operations: ["iam:UpdateUser"],
    async handle(call, next) {
      const { input } = call.request;
      const name = String(input["UserName"]);
      const listed = await backend.iam(call.account, "ListUserTags", { UserName: name });
      const answer = await next(call);
      if (answer.status !== 200) return answer;
      const tags: Record<string, string> = {};
      for (const [index, member] of topLevelMembers(listed.body.toString(), "Tags").entries()) {
        tags[`Tags.member.${String(index + 1)}.Key`] = unescapeXml(elements(member, "Key")[0] ?? "");
        tags[`Tags.member.${String(index + 1)}.Value`] = unescapeXml(elements(member, "Value")[0] ?? "");
      }
      await backend.iam(call.account, "TagUser", { ...tags, UserName: String(input["NewUserName"] ?? name) });
      return answer;
    },
  };
}

/** moto has no way to make one, so nobody has any. */
export const serviceSpecificCredentials: Rule = {
  name: "ListServiceSpecificCredentials lists nothing",
  page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html",
  operations: ["iam:ListServiceSpecificCredentials"],
  handle: () => {
    const result = "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>";
    const body = `<ListServiceSpecificCredentialsResult>${result}</ListServiceSpecificCredentialsResult>`;
    const answer = `<ListServiceSpecificCredentialsResponse>${body}</ListServiceSpecificCredentialsResponse>`;
    return Promise.resolve(makeAnswer(200, "text/xml", answer));
  },
};

function unescapeXml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
}
