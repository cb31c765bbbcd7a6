// GetAccountAuthorizationDetails in pages: moto gives everything at once.
import { makeAnswer, Refusal } from "../answer.ts";
import type { Answer } from "../answer.ts";
import { topLevelMembers } from "./iam-xml.ts";
import type { Rule } from "./rule.ts";

const LISTS = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
const USUAL = 100;
const MOST = 1_000;
const MARKER_PREFIX = "sandbox-offset-";

/** Users, groups, roles and policies come as one row, cut into pages. */
export const accountDetails: Rule = {
  name: "GetAccountAuthorizationDetails returns 100 items a page, and 1,000 at most",
  page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html",
  operations: ["iam:GetAccountAuthorizationDetails"],
  async handle(call, next) {
    const limit = Number(call.request.input["MaxItems"] ?? USUAL);
    if (!(limit >= 1 && limit <= MOST)) throw new Refusal(400, "ValidationError", "1 validation error detected");
    const marker = String(call.request.input["Marker"] ?? `${MARKER_PREFIX}0`);
    const start = marker.startsWith(MARKER_PREFIX) ? Number(marker.slice(MARKER_PREFIX.length)) : NaN;
    if (!Number.isInteger(start)) throw new Refusal(400, "ValidationError", "Invalid Marker");
    const whole = await next(call);
    return whole.status === 200 ? pageOf(whole, start, limit) : whole;
  },
};

function pageOf(whole: Answer, start: number, limit: number): Answer {
  const xml = whole.body.toString();
  const rows = LISTS.flatMap((list) => topLevelMembers(xml, list).map((member) => ({ list, member })));
  const end = start + limit;
  const page = rows.slice(start, end);
  const lists = LISTS.map((list) => {
    const members = page.filter((row) => row.list === list).map(({ member }) => member);
    return `<${list}>${members.join("")}</${list}>`;
  });
  const more = end < rows.length;
  const rest = `<IsTruncated>${String(more)}</IsTruncated>${more ? `<Marker>${MARKER_PREFIX}${String(end)}</Marker>` : ""}`;
  const result = `<GetAccountAuthorizationDetailsResult>${lists.join("")}${rest}</GetAccountAuthorizationDetailsResult>`;
  const body = `<GetAccountAuthorizationDetailsResponse>${result}</GetAccountAuthorizationDetailsResponse>`;
  return makeAnswer(200, "text/xml", body);
}
