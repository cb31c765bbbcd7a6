/** osls, the community's Serverless Framework, with the plugin by which its users bundle TypeScript. */

import { execFile } from "node:child_process";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { promisify } from "node:util";
import { cache } from "../folders.ts";
import type { Program } from "../measure.ts";

const version = "3.77.1";
const pluginVersion = "1.57.2";
export const oslsName = `osls ${version}, serverless-esbuild ${pluginVersion}`;

/** Without one, it would make a role. */
const role = "arn:aws:iam::111111111111:role/app";
/** Its SDK doesn't know AWS_ENDPOINT_URL. */
const endpointPlugin = `module.exports = class {
  constructor(serverless) {
    const { config } = serverless.getProvider("aws").sdk;
    config.update({ endpoint: process.env.AWS_ENDPOINT_URL, s3ForcePathStyle: true });
  }
};
`;

export interface Osls {
  /** Writes the file that declares the functions of an application: as `src/orders.handler`, which is `orders` then. */
  init(folder: string, ...handlers: readonly string[]): Promise<void>;
  /** Bundles one function, and leaves `.serverless/app.zip`. */
  bundle(env: Program["env"], folder: string): Program;
  /** Brings the whole stack, with all functions. */
  deploy(env: Program["env"], folder: string): Program;
  /** Brings one function past its stack: its `$LATEST`, without a version or alias. */
  deployFunction(env: Program["env"], folder: string, name: string): Program;
}

/** Installs it the first time, and never again. */
export async function installOsls(): Promise<Osls> {
  const folder = join(cache, `bench-peers/osls-${version}-${pluginVersion}`);
  const installed = await access(folder).then(
    () => true,
    () => false,
  );
  if (!installed) {
    const building = `${folder}.${String(process.pid)}`;
    await mkdir(building, { recursive: true });
    try {
      await writeFile(join(building, "package.json"), JSON.stringify({ private: true }));
      const options = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
      const packages = [`osls@${version}`, `serverless-esbuild@${pluginVersion}`];
      await promisify(execFile)("npm", ["install", ...options, ...packages], { cwd: building });
      await rename(building, folder);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  const modules = join(folder, "node_modules");
  const program = (env: Program["env"], cwd: string, ...words: readonly string[]): Program => ({
    command: process.execPath,
    args: [join(modules, "osls/bin/serverless.js"), ...words],
    // What it leaves in there goes with the project.
    env: { ...env, TMPDIR: cwd, SLS_TELEMETRY_DISABLED: "1" },
    cwd,
  });
  return {
    init: async (project, ...handlers) => {
      const declared = {
        service: "app",
        provider: { name: "aws", runtime: "nodejs22.x", region: "eu-central-1", iam: { role } },
        plugins: [join(modules, "serverless-esbuild"), "./endpoint.cjs"],
        custom: { esbuild: { minify: true } },
        // Of one zip for all, each function would be new.
        package: { individually: handlers.length > 1 },
        functions: Object.fromEntries(handlers.map((handler) => [parse(handler).name, { handler }])),
      };
      await writeFile(join(project, "serverless.json"), JSON.stringify(declared));
      await writeFile(join(project, "endpoint.cjs"), endpointPlugin);
    },
    bundle: (env, cwd) => program(env, cwd, "package"),
    deploy: (env, cwd) => program(env, cwd, "deploy"),
    deployFunction: (env, cwd, name) => program(env, cwd, "deploy", "function", "--function", name),
  };
}
