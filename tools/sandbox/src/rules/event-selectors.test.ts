// What a new trail records, and that a trail which was told keeps to what it was told.
import { expect, test } from "@jest/globals";
import { jsonAnswer, readJson } from "../answer.ts";
import { parseRequest } from "../request.ts";
import { eventSelectors } from "./event-selectors.ts";

const request = parseRequest("POST", "/", {}, Buffer.from("{}"));
const call = { request, account: "111111111111", caller: "" };
const asked = async (given: Record<string, unknown>) =>
  readJson(await eventSelectors.handle(call, () => Promise.resolve(jsonAnswer(given))));

test("a new trail records all management events", async () => {
  expect(await asked({ TrailARN: "arn", EventSelectors: [] })).toEqual({
    TrailARN: "arn",
    EventSelectors: [
      { ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
    ],
  });
});

test.each([{ EventSelectors: [{ ReadWriteType: "WriteOnly" }] }, { AdvancedEventSelectors: [{ Name: "data" }] }])(
  "one that was told keeps to it: %j",
  async (given) => {
    expect(await asked(given)).toEqual(given);
  },
);
