/** `bulkhead deploy lambda …`: the commands that work with what is deployed, as data. */

import { defineCommand, type Command } from "@bulkhead/core";
import { functionFlags } from "../../target-flags.ts";

const functions = [{ name: "function", help: "only these functions of the deploy file", many: true }] as const;
const one = [{ name: "function", help: "the function, by its key in the deploy file" }] as const;
const yes = { yes: { type: "boolean", help: "don't ask" } } as const;

const load = async () => (await import("../../run.ts")).withRun;

export const operateCommands: readonly Command[] = [
  defineCommand({
    name: "wire",
    summary: "bring the functions' events to what is declared",
    arguments: functions,
    flags: { ...functionFlags, ...yes },
    run: async (context) => {
      const [withRun, { runWire }] = await Promise.all([load(), import("./wire.ts")]);
      return withRun(context, (run) => runWire(run, context.flags), ["function"]);
    },
  }),
  defineCommand({
    name: "unwire",
    summary: "take the functions' events away, until they are wired or deployed again",
    arguments: functions,
    flags: { ...functionFlags, ...yes },
    run: async (context) => {
      const [withRun, { runUnwire }] = await Promise.all([load(), import("./wire.ts")]);
      return withRun(context, (run) => runUnwire(run, context.flags), ["function"]);
    },
  }),
  defineCommand({
    name: "invoke",
    summary: "invoke a function's alias, and print what it answers",
    arguments: one,
    flags: {
      ...functionFlags,
      payload: { type: "string", value: "json", help: "what the function gets ({})" },
      "payload-file": { type: "string", value: "path", help: "a file with what it gets; - is the standard input" },
      qualifier: { type: "string", value: "name", help: "a version or another alias" },
      async: { type: "boolean", help: "don't wait for the answer" },
      "log-type": { type: "string", value: "type", choices: ["none", "tail"], default: "none", help: "show its log" },
    },
    run: async (context) => {
      const [withRun, { runInvoke }] = await Promise.all([load(), import("./invoke.ts")]);
      return withRun(context, (run) => runInvoke(run, context.flags), ["function"]);
    },
  }),
  defineCommand({
    name: "ping",
    summary: "send the functions' aliases the ping that is declared",
    arguments: functions,
    flags: functionFlags,
    run: async (context) => {
      const [withRun, { runPing }] = await Promise.all([load(), import("./ping.ts")]);
      return withRun(context, runPing, ["function"]);
    },
  }),
  defineCommand({
    name: "logs",
    summary: "what functions wrote, or write",
    arguments: functions,
    flags: {
      ...functionFlags,
      since: { type: "string", value: "time", help: "from when: 10m, 2h, 1d ago, or an ISO time (10m)" },
      until: { type: "string", value: "time", help: "to when" },
      filter: { type: "string", value: "pattern", help: "only lines that match a filter pattern of CloudWatch Logs" },
      tail: { type: "boolean", help: "go on with what is written, until Ctrl-C" },
    },
    run: async (context) => {
      const [withRun, { runLogs }] = await Promise.all([load(), import("./logs.ts")]);
      return withRun(context, (run) => runLogs(run, context.flags), ["function"]);
    },
  }),
];
