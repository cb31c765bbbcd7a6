/** botocove 1.7.4, which runs a Python function in every account of an organization. */

import { findPython } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { access, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cache } from "../folders.ts";
import type { Program } from "../measure.ts";

const run = promisify(execFile);
const version = "1.7.4";
export const botocoveName = `botocove ${version}`;

export interface Botocove {
  /** Calls account:GetContactInformation in every account, and prints how many it reached and lost. */
  enterAccounts(env: Program["env"], folder: string): Program;
}

/** Installs it the first time, and never again. */
export async function installBotocove(): Promise<Botocove> {
  const { executable } = await findPython();
  const packages = join(cache, `bench-peers/botocove-${version}`);
  const installed = await access(packages).then(
    () => true,
    () => false,
  );
  if (!installed) {
    const building = `${packages}.${String(process.pid)}`;
    const options = ["--quiet", "--disable-pip-version-check", "--target", building];
    try {
      await run(executable, ["-m", "pip", "install", ...options, `botocove==${version}`]);
      await rename(building, packages);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  const script = join(import.meta.dirname, "enter-accounts.py");
  return {
    // -S leaves out the machine's own packages, whose versions could differ.
    enterAccounts: (env, cwd) => ({
      command: executable,
      args: ["-S", script],
      env: { ...env, PYTHONPATH: packages },
      cwd,
    }),
  };
}
