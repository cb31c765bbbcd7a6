// What a new CloudTrail trail records: on AWS all management events; moto's has no selector at all.
import { jsonAnswer, readJson } from "../answer.ts";
import type { Rule } from "./rule.ts";

const MANAGEMENT_EVENTS = {
  ReadWriteType: "All",
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};

/** GetEventSelectors of a trail that nobody gave any gives those of AWS. */
export const eventSelectors: Rule = {
  name: "A trail records all management events, until it is told otherwise",
  page: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
  operations: ["cloudtrail:GetEventSelectors"],
  async handle(call, next) {
    const answer = await next(call);
    if (answer.status !== 200) return answer;
    const { EventSelectors, AdvancedEventSelectors, ...rest } = readJson(answer);
    const given = [EventSelectors, AdvancedEventSelectors].flat().filter(Boolean);
    return given.length > 0 ? answer : jsonAnswer({ ...rest, EventSelectors: [MANAGEMENT_EVENTS] });
  },
};
