/** CloudFormation's stacks, as a peer asks for them: each is new, and made at once. */

import { errorAnswer, Refusal } from "@bulkhead/sandbox/wire";
import { placeOf, query, type Services } from "./answers.ts";

export function stackServices(): Services {
  return {
    "cloudformation:UpdateStack": (request) => {
      const message = `Stack [${String(request.input["StackName"])}] does not exist`;
      return errorAnswer(request, new Refusal(400, "ValidationError", message));
    },
    "cloudformation:CreateStack": (request) => {
      const [account = "", region = ""] = placeOf(request).split("/");
      const arn = `arn:aws:cloudformation:${region}:${account}:stack/${String(request.input["StackName"])}/1`;
      return query("CreateStack", `<StackId>${arn}</StackId>`);
    },
    "cloudformation:DescribeStacks": ({ input }) => {
      const name = `<StackName>${String(input["StackName"])}</StackName>`;
      const time = "<CreationTime>2026-01-01T00:00:00Z</CreationTime>";
      const stack = `<member>${name}${time}<StackStatus>CREATE_COMPLETE</StackStatus></member>`;
      return query("DescribeStacks", `<Stacks>${stack}</Stacks>`);
    },
  };
}
