/** `bulkhead deploy lambda …`: the commands of the Lambda deployer, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { functionFlags, skipSuperseded, targetFlags } from "../target-flags.ts";
import type { NeededFlag } from "../target.ts";
import { operateCommands } from "./verbs/operate.ts";

const functions = [{ name: "function", help: "only these functions of the deploy file", many: true }] as const;
const yes = { yes: { type: "boolean", help: "don't ask" } } as const;
const adopt = { adopt: { type: "boolean", help: "take over a function that says nothing of whose it is" } } as const;

/** What flags must say of a function that is to be deployed. */
const whole: readonly NeededFlag[] = ["function", "code", "runtime", "role"];

const load = async () => (await import("../run.ts")).withRun;

export const lambdaCommands: CommandGroup = {
  name: "lambda",
  summary: "Lambda functions",
  commands: [
    defineCommand({
      name: "bundle",
      summary: "what deploying would send: digest, files, and the zip itself; without AWS",
      arguments: functions,
      flags: {
        ...functionFlags,
        out: { type: "string", value: "path", help: "write the zips to this folder, or one function to this .zip" },
      },
      run: async (context) => (await import("./verbs/bundle.ts")).runBundle(context),
    }),
    defineCommand({
      name: "deploy",
      summary: "bring functions to what is declared, each as a new version behind its alias",
      arguments: functions,
      flags: { ...functionFlags, ...yes, ...adopt, ...skipSuperseded },
      run: async (context) => {
        const [withRun, { runDeploy }] = await Promise.all([load(), import("./verbs/deploy.ts")]);
        return withRun(context, (run) => runDeploy(run, context.flags), whole);
      },
    }),
    defineCommand({
      name: "plan",
      summary: "what deploying would change, field by field",
      arguments: functions,
      flags: {
        ...functionFlags,
        ...adopt,
        "detailed-exitcode": { type: "boolean", help: "exit with 2 when there are changes" },
      },
      run: async (context) => {
        const [withRun, { runPlan }] = await Promise.all([load(), import("./verbs/plan.ts")]);
        return withRun(context, (run) => runPlan(run, context.flags), whole);
      },
    }),
    defineCommand({
      name: "list",
      summary: "the functions of the account and region, and what runs of the application's own",
      flags: functionFlags,
      run: async (context) => {
        const [withRun, { runList }] = await Promise.all([load(), import("./verbs/list.ts")]);
        return withRun(context, runList, []);
      },
    }),
    defineCommand({
      name: "info",
      summary: "alias, versions and settings of functions",
      arguments: functions,
      flags: functionFlags,
      run: async (context) => {
        const [withRun, { runInfo }] = await Promise.all([load(), import("./verbs/info.ts")]);
        return withRun(context, runInfo, ["function"]);
      },
    }),
    defineCommand({
      name: "rollback",
      summary: "give the alias back to what it ran before, at once",
      arguments: functions,
      flags: { ...functionFlags, ...yes },
      run: async (context) => {
        const [withRun, { runRollback }] = await Promise.all([load(), import("./verbs/rollback.ts")]);
        return withRun(context, (run) => runRollback(run, context.flags), ["function"]);
      },
    }),
    defineCommand({
      name: "promote",
      summary: "deploy the very code that another environment runs",
      arguments: functions,
      flags: {
        ...targetFlags,
        ...yes,
        ...adopt,
        from: { type: "string", value: "environment", help: "the environment whose code is taken" },
      },
      run: async (context) => {
        const [withRun, { runPromote }] = await Promise.all([load(), import("./verbs/promote.ts")]);
        return withRun(context, (run) => runPromote(run, context.flags), []);
      },
    }),
    ...operateCommands,
    defineCommand({
      name: "prune",
      summary: "delete old versions that no alias and no rollback needs",
      arguments: functions,
      flags: {
        ...functionFlags,
        ...yes,
        "dry-run": { type: "boolean", help: "only say what would be deleted" },
      },
      run: async (context) => {
        const [withRun, { runPrune }] = await Promise.all([load(), import("./verbs/prune.ts")]);
        return withRun(context, (run) => runPrune(run, context.flags), ["function"]);
      },
    }),
    defineCommand({
      name: "delete",
      summary: "delete the application's own functions, with all versions and what is wired to them",
      arguments: functions,
      flags: { ...functionFlags, ...yes },
      run: async (context) => {
        const [withRun, { runDelete }] = await Promise.all([load(), import("./verbs/delete.ts")]);
        return withRun(context, (run) => runDelete(run, context.flags), ["function"]);
      },
    }),
    defineCommand({
      name: "validate",
      summary: "check the deploy file's functions, without AWS",
      flags: functionFlags,
      run: async (context) => (await import("./verbs/validate.ts")).runValidate(context),
    }),
  ],
};
