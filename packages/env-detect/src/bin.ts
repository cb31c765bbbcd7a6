#!/usr/bin/env node
/** `bulkhead-env`: the bin of this package. */

import { explain, run } from "./command.ts";

run(process.argv.slice(2), { env: process.env, stdout: (text) => void process.stdout.write(text) }).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const { text, status } = explain(error);
    process.stderr.write(text);
    process.exitCode = status;
  },
);
