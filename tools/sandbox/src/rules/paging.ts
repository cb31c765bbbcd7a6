// Pages of at most 20: moto gives 100 at once, or everything.
import { jsonAnswer, readJson } from "../answer.ts";
import type { Answer } from "../answer.ts";
import { withInput } from "../request.ts";
import type { Fields } from "../request.ts";
import { organizations, refuse } from "./rule.ts";
import type { Rule } from "./rule.ts";

const PAGE_SIZE = 20;
const EVERYTHING = 1_000_000;
const TOKEN_PREFIX = "sandbox-offset-";

const LISTS: Readonly<Record<string, string>> = {
  ListAccounts: "Accounts",
  ListAccountsForParent: "Accounts",
  ListChildren: "Children",
  ListOrganizationalUnitsForParent: "OrganizationalUnits",
  ListPolicies: "Policies",
  ListPoliciesForTarget: "Policies",
  ListRoots: "Roots",
  ListTargetsForPolicy: "Targets",
};

/** Lists of Organizations come in pages. */
export const paging: Rule = {
  name: "Lists return at most 20 items a page",
  page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html",
  operations: organizations(...Object.keys(LISTS)),
  async handle(call, next) {
    const { input, operation } = call.request;
    const whole = await next({
      ...call,
      request: withInput(call.request, { ...input, NextToken: undefined, MaxResults: EVERYTHING }),
    });
    const key = LISTS[operation];
    if (whole.status !== 200 || key === undefined) return whole;
    return pageOf(input, key, readJson(whole)[key] as unknown[]);
  },
};

/** The page of a list that the input's `MaxResults` and `NextToken` ask for. */
export function pageOf(input: Fields, key: string, items: readonly unknown[]): Answer {
  const limit = Number(input["MaxResults"] ?? PAGE_SIZE);
  if (limit > PAGE_SIZE) throw refuse("InvalidInputException", "You specified an invalid value.", "MAX_VALUE_EXCEEDED");
  const token = String(input["NextToken"] ?? `${TOKEN_PREFIX}0`);
  const offset = token.startsWith(TOKEN_PREFIX) ? Number(token.slice(TOKEN_PREFIX.length)) : NaN;
  if (!Number.isInteger(offset)) {
    throw refuse("InvalidInputException", "The NextToken that you specified isn't valid.", "INVALID_NEXT_TOKEN");
  }
  const end = offset + limit;
  const more = end < items.length ? { NextToken: `${TOKEN_PREFIX}${String(end)}` } : {};
  return jsonAnswer({ [key]: items.slice(offset, end), ...more });
}
