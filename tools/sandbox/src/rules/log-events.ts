// CloudWatch Logs: the ids of events, which MiniStack leaves out.
import { createHash } from "node:crypto";
import { jsonAnswer, readJson } from "../answer.ts";
import type { Rule } from "./rule.ts";

interface LogEvent {
  readonly logStreamName?: string;
  readonly timestamp?: number;
  readonly ingestionTime?: number;
  readonly message?: string;
}

/** Of what an event says; of several that say the same, the how-manieth it is. */
export const logEventIds: Rule = {
  name: "FilterLogEvents gives each event the id that it keeps",
  page: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html",
  operations: ["logs:FilterLogEvents"],
  async handle(call, next) {
    const answer = await next(call);
    if (answer.status !== 200) return answer;
    const output = readJson(answer);
    const counts = new Map<string, number>();
    const events = ((output["events"] ?? []) as LogEvent[]).map((event) => {
      const { logStreamName, timestamp, ingestionTime, message } = event;
      const text = JSON.stringify([logStreamName, timestamp, ingestionTime, message]);
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      const eventId = createHash("sha256")
        .update(`${text}${String(count)}`)
        .digest("hex")
        .slice(0, 56);
      return { ...event, eventId };
    });
    return jsonAnswer({ ...output, events });
  },
};
