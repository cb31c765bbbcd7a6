#!/usr/bin/env node
/** The baseline's own small command, for those who install only this package. */

import { runProgram } from "@bulkhead/core/adapter";
import { readFileSync } from "node:fs";
import { baselineCommands } from "./command.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
await runProgram({
  name: "bulkhead-baseline",
  version,
  summary: baselineCommands.summary,
  commands: baselineCommands.commands,
});
