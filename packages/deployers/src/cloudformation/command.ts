/** `bulkhead deploy cloudformation …`: the commands of the CloudFormation deployer, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { skipSuperseded, stackFlags } from "../target-flags.ts";

const stacks = [{ name: "stack", help: "only these stacks of the deploy file", many: true }] as const;
const yes = { yes: { type: "boolean", help: "don't ask" } } as const;
const adopt = { adopt: { type: "boolean", help: "take over a stack that says nothing of whose it is" } } as const;

const load = async () => (await import("../run.ts")).withRun;

export const cloudformationCommands: CommandGroup = {
  name: "cloudformation",
  summary: "CloudFormation stacks",
  commands: [
    defineCommand({
      name: "deploy",
      summary: "bring stacks to what is declared",
      arguments: stacks,
      flags: {
        ...stackFlags,
        ...yes,
        ...adopt,
        replace: { type: "boolean", help: "let this deployment replace and delete resources" },
        ...skipSuperseded,
        plan: { type: "string", value: "file", help: "carry out exactly this plan, which `plan --out` kept" },
      },
      run: async (context) => {
        const [withRun, { runDeploy }] = await Promise.all([load(), import("./verbs/deploy.ts")]);
        return withRun(context, (run) => runDeploy(run, context.flags), ["stack", "template"]);
      },
    }),
    defineCommand({
      name: "plan",
      summary: "what deploying would change, as change sets that are kept",
      arguments: stacks,
      flags: {
        ...stackFlags,
        ...adopt,
        out: { type: "string", value: "file", help: "keep the plan, to carry out exactly it" },
        "detailed-exitcode": { type: "boolean", help: "exit with 2 when there are changes" },
      },
      run: async (context) => {
        const [withRun, { runPlan }] = await Promise.all([load(), import("./verbs/plan.ts")]);
        return withRun(context, (run) => runPlan(run, context.flags), ["stack", "template"]);
      },
    }),
    defineCommand({
      name: "list",
      summary: "the stacks of the account and region, and whose they are",
      flags: stackFlags,
      run: async (context) => {
        const [withRun, { runList }] = await Promise.all([load(), import("./verbs/list.ts")]);
        return withRun(context, runList, []);
      },
    }),
    defineCommand({
      name: "info",
      summary: "state, parameters, outputs and resources of stacks",
      arguments: stacks,
      flags: stackFlags,
      run: async (context) => {
        const [withRun, { runInfo }] = await Promise.all([load(), import("./verbs/info.ts")]);
        return withRun(context, runInfo, ["stack"]);
      },
    }),
    defineCommand({
      name: "delete",
      summary: "delete the application's own stacks",
      arguments: stacks,
      flags: { ...stackFlags, ...yes },
      run: async (context) => {
        const [withRun, { runDelete }] = await Promise.all([load(), import("./verbs/delete.ts")]);
        return withRun(context, (run) => runDelete(run, context.flags), ["stack"]);
      },
    }),
    defineCommand({
      name: "validate",
      summary: "check the deploy file and its templates, without AWS",
      flags: stackFlags,
      run: async (context) => (await import("./verbs/validate.ts")).runValidate(context),
    }),
  ],
};
