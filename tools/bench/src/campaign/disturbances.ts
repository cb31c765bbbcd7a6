/** What goes wrong at a call: the process is killed, or AWS fails it in one of its many ways. */

import { Refusal, type AwsRequest, type Fault, type FaultOptions, type Sandbox } from "@bulkhead/sandbox";
import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./lane.ts";

/** A disturbance that was set up. */
export interface Armed {
  /** Whether the run came as far as the call. */
  struck(): boolean;
  /** Until nothing of it goes on in AWS. */
  settled(): Promise<void>;
}

export interface Disturbance {
  readonly name: string;
  readonly summary: string;
  /** Whether the process ends without a word of its own. */
  readonly silent: boolean;
  /** To be called before the run can make its first call. */
  arm(sandbox: Sandbox, call: number, running: Running): Armed;
}

/** Longer than a run waits for an answer, with the timers of the campaign. */
const late = 2_000;
const throttledCalls = 8;

function kill(name: string, kind: "before" | "after", summary: string): Disturbance {
  return {
    name,
    summary,
    silent: true,
    arm: (sandbox, call, { process: child, ended }) => {
      let struck = false;
      const run = async (): Promise<"cut" | undefined> => {
        struck = true;
        child.kill("SIGKILL");
        await ended;
        return kind === "before" ? "cut" : undefined;
      };
      sandbox.faults.at(call, { kind, run });
      return { struck: () => struck, settled: () => Promise.resolve() };
    },
  };
}

function fail(name: string, summary: string, fault: Fault, options: FaultOptions = {}): Disturbance {
  return {
    name,
    summary,
    silent: false,
    arm: (sandbox, call) => {
      const from = sandbox.calls().length;
      sandbox.faults.at(call, fault, options);
      return { struck: () => sandbox.calls().length - from >= call, settled: () => Promise.resolve() };
    },
  };
}

/** AWS works in time but answers late, or gets to the work only when nobody waits any more. */
function delay(name: string, kind: "before" | "after", summary: string): Disturbance {
  return {
    name,
    summary,
    silent: false,
    arm: (sandbox, call) => {
      let pending: Promise<void> | undefined;
      sandbox.faults.at(call, { kind, run: () => (pending = sleep(late)) });
      return {
        struck: () => pending !== undefined,
        settled: async () => {
          await pending;
          // What AWS does after it.
          await sleep(200);
        },
      };
    },
  };
}

/** Several calls in a row are refused, each service in its own words. */
const throttle: Disturbance = {
  name: "throttle",
  summary: `${throttledCalls} calls are throttled from this one on`,
  silent: false,
  arm: (sandbox, call) => {
    let calls = 0;
    sandbox.faults.script("*", (request) => {
      calls += 1;
      return calls >= call && calls < call + throttledCalls ? refusal(request) : undefined;
    });
    return { struck: () => calls >= call, settled: () => Promise.resolve() };
  },
};

function refusal({ service }: AwsRequest): Refusal {
  if (service === "organizations") return new Refusal(400, "TooManyRequestsException", "Too many requests.");
  if (service === "account") return new Refusal(429, "TooManyRequestsException", "Too many requests.");
  return new Refusal(400, service === "ssm" ? "ThrottlingException" : "Throttling", "Rate exceeded");
}

const unavailable: Fault = { kind: "fail", status: 503, code: "ServiceUnavailableException", message: "unavailable" };
const onwards: FaultOptions = { times: Infinity };

export const disturbances: readonly Disturbance[] = [
  kill("kill-before", "before", "killed before AWS gets the call"),
  kill("kill-after", "after", "killed after AWS did the work"),
  fail("reset", "the connection breaks before AWS gets the call, and every one from then on", { kind: "cut" }, onwards),
  fail("lost", "AWS does the work, but its answer is lost", { kind: "cutAfter" }),
  fail("lost-on", "AWS does the work, but no answer arrives from then on", { kind: "cutAfter" }, onwards),
  fail("unavailable", "AWS answers 503 from then on", unavailable, onwards),
  throttle,
  fail("half", "the connection breaks in the middle of the answer", { kind: "half" }),
  fail("half-on", "every answer breaks in the middle from then on", { kind: "half" }, onwards),
  fail("html", "a proxy answers with HTML", { kind: "notAws" }),
  fail("html-on", "a proxy answers everything with HTML from then on", { kind: "notAws" }, onwards),
  delay("late-answer", "after", "AWS does the work, but answers after the time-out"),
  delay("late-work", "before", "AWS does the work only after the time-out"),
];
