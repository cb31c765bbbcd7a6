#!/usr/bin/env node
/** The own small command of a host, for those who install only this package. */

import { runProgram } from "@bulkhead/core/adapter";
import { readFileSync } from "node:fs";
import { sshCommands } from "./command.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
await runProgram({
  name: "bulkhead-ssh",
  version,
  summary: sshCommands.summary,
  commands: sshCommands.commands,
});
