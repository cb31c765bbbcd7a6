/** Sceptre, which launches stacks from a folder of configurations. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Program } from "../measure.ts";
import { installPipPackage } from "./pip-package.ts";

const version = "4.7.0";
/** Sceptre calls `exit`, which -S leaves out. */
const start = "import builtins, sys; builtins.exit = sys.exit; from sceptre.cli import cli; cli()";
export const sceptreName = `Sceptre ${version}`;

export interface Sceptre {
  /** Writes its configuration of one stack. */
  configure(
    folder: string,
    region: string,
    template: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<void>;
  launch(env: Program["env"], folder: string): Program;
}

/** Installs it the first time, and never again. */
export async function installSceptre(): Promise<Sceptre> {
  const { python, packages } = await installPipPackage("sceptre", version);
  return {
    configure: async (folder, region, template, parameters) => {
      for (const name of ["config", "templates"]) await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, "templates/stack.yaml"), template);
      await writeFile(join(folder, "config/config.yaml"), `project_code: bench\nregion: ${region}\n`);
      const lines = Object.entries(parameters).map(([name, value]) => `  ${name}: "${value}"\n`);
      const stack = `template: { path: stack.yaml, type: file }\nparameters:\n${lines.join("")}`;
      await writeFile(join(folder, "config/stack.yaml"), stack);
    },
    launch: (env, cwd) => ({
      command: python,
      args: ["-S", "-c", start, "launch", "--yes", "stack.yaml"],
      env: { ...env, PYTHONPATH: packages },
      cwd,
    }),
  };
}
