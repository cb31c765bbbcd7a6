/**
 * Preloaded (`node --import`) into a command of Bulkhead's: ends it by SIGKILL ahead of its nth write to the host,
 * `KILL_AT`. A write is what changes a file's name, content or mode; the start of a tool counts as two, as it may be
 * killed ahead of it and while the tool, which lives on, is at work. Says on stderr how many there were, if it lives.
 */

import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const at = Number(process.env.KILL_AT);
let count = 0;

function write() {
  count += 1;
  // The signal comes before the next system call.
  if (count === at) process.kill(process.pid, "SIGKILL");
}

function wrap(object, name, behind = () => undefined) {
  const original = object[name];
  object[name] = function (...args) {
    write();
    const result = original.apply(this, args);
    behind();
    return result;
  };
}

for (const name of ["writeFileSync", "mkdirSync", "linkSync", "renameSync", "rmSync"]) wrap(fs, name);
for (const name of ["writeFile", "rename", "chmod", "chown", "unlink", "rm", "rmdir"]) wrap(fs.promises, name);
wrap(childProcess, "spawn", write);
syncBuiltinESMExports();
process.on("exit", () => process._rawDebug(`writes: ${count}`));
