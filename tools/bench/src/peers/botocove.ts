/** botocove 1.7.4, which runs a Python function in every account of an organization. */

import { join } from "node:path";
import type { Program } from "../measure.ts";
import { installPipPackage } from "./pip-package.ts";

const version = "1.7.4";
export const botocoveName = `botocove ${version}`;

export interface Botocove {
  /** Calls account:GetContactInformation in every account, and prints how many it reached and lost. */
  enterAccounts(env: Program["env"], folder: string): Program;
}

/** Installs it the first time, and never again. */
export async function installBotocove(): Promise<Botocove> {
  const { python, packages } = await installPipPackage("botocove", version);
  const script = join(import.meta.dirname, "enter-accounts.py");
  return {
    enterAccounts: (env, cwd) => ({
      command: python,
      args: ["-S", script],
      env: { ...env, PYTHONPATH: packages },
      cwd,
    }),
  };
}
