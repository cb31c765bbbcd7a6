#!/usr/bin/env node
/** The deployers' own small command, for those who install only this package. */

import { runProgram } from "@bulkhead/core/adapter";
import { readFileSync } from "node:fs";
import { deployCommands } from "./command.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
await runProgram({
  name: "bulkhead-deploy",
  version,
  summary: deployCommands.summary,
  commands: deployCommands.commands,
});
