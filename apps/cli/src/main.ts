#!/usr/bin/env node
/** `bulkhead`: the commands of all packages under one name. */

import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";

enableCompileCache?.();

const version = (): string => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
};

// Asked by every script that checks its tools: answered before anything else is loaded.
if (process.argv.length === 3 && process.argv[2] === "--version") {
  process.stdout.write(`${version()}\n`);
} else {
  const [{ runProgram }, { commands }] = await Promise.all([import("@bulkhead/core/adapter"), import("./commands.ts")]);
  await runProgram({
    name: "bulkhead",
    summary: "Many AWS accounts, as easy to run as one",
    version: version(),
    commands,
  });
}
