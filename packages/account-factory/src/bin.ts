#!/usr/bin/env node
/** The account factory's own small command, for those who install only this package. */

import { runProgram } from "@bulkhead/core/adapter";
import { readFileSync } from "node:fs";
import { accountsCommands } from "./command.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
await runProgram({
  name: "bulkhead-accounts",
  version,
  summary: accountsCommands.summary,
  commands: accountsCommands.commands,
});
