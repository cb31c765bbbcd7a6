// The ids of log events: the same again for the same event, and another for each other.
import { expect, test } from "@jest/globals";
import { jsonAnswer, makeAnswer, readJson } from "../answer.ts";
import type { Answer } from "../answer.ts";
import { parseRequest } from "../request.ts";
import { logEventIds } from "./log-events.ts";

const request = parseRequest("POST", "/", {}, Buffer.from("{}"));
const handle = (answer: Answer) =>
  logEventIds.handle({ request, account: "111111111111", caller: "" }, () => Promise.resolve(answer));
const idsOf = async (events: readonly object[]) =>
  (readJson(await handle(jsonAnswer({ events })))["events"] as { eventId: string }[]).map(({ eventId }) => eventId);

const event = { logStreamName: "one", timestamp: 1, ingestionTime: 2, message: "m" };

test("an event keeps its id, also among others", async () => {
  const [id, twin, other] = await idsOf([event, event, { ...event, message: "other" }]);
  expect(new Set([id, twin, other]).size).toBe(3);
  expect(await idsOf([{ ...event, timestamp: 0 }, event, event])).toEqual([expect.any(String), id, twin]);
});

test("a refusal stays one", async () => {
  const refusal = makeAnswer(400, "application/x-amz-json-1.1", '{"__type":"ResourceNotFoundException"}');
  expect(await handle(refusal)).toBe(refusal);
});
