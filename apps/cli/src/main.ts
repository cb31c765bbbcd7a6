#!/usr/bin/env node
/** `bulkhead`: the commands of all packages under one name. */

import { readFileSync } from "node:fs";
// Not by name: an older Node lacks enableCompileCache, and would stop here without saying what is needed.
import nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`bulkhead needs Node.js 22.12 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
nodeModule.enableCompileCache();

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
