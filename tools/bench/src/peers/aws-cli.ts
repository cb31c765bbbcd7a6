/** The AWS CLI: its `cloudformation deploy`, and its steps for functions as a team has them in a script. */

import { join } from "node:path";
import { workspace } from "../folders.ts";
import type { Program } from "../measure.ts";
import { installPipPackage } from "./pip-package.ts";

const version = "1.45.11";
export const awsCliName = `AWS CLI ${version}`;

export interface AwsCli {
  /** Deploys a template, with one parameter. */
  deploy(env: Program["env"], cwd: string, template: string, parameter: string): Program;
  /** Makes a function, with the alias `live`, of each module in `src/`. */
  createFunctions(env: Program["env"], cwd: string, role: string): Program;
  /** Publishes a version of each of them whose code isn't what runs, and moves its alias. */
  updateFunctions(env: Program["env"], cwd: string): Program;
}

/** The files' time is in the zip, so it is always the same. */
const bundling = `
bundle() {
  rm -rf dist && mkdir dist
  "$ESBUILD" "src/$1.ts" --bundle --minify --platform=node --target=node22 --log-level=error --outfile=dist/index.js
  touch -t 202001010000 dist/index.js
  (cd dist && zip -q -X -9 code.zip index.js)
}
aws() { "$PYTHON" -S -m awscli --output text "$@"; }
set -e
for file in src/*.ts; do
  name=$(basename "$file" .ts)
  bundle "$name"
`;
const creating = `${bundling}
  aws lambda create-function --function-name "$name" --runtime nodejs22.x --handler index.handler \\
    --role "$ROLE" --zip-file fileb://dist/code.zip --query FunctionArn
  aws lambda wait function-active-v2 --function-name "$name"
  version=$(aws lambda publish-version --function-name "$name" --query Version)
  aws lambda create-alias --function-name "$name" --name live --function-version "$version"
done
`;
const updating = `${bundling}
  runs=$(aws lambda get-function --function-name "$name" --qualifier live --query Configuration.CodeSha256)
  [ "$runs" != "$(openssl dgst -sha256 -binary dist/code.zip | base64)" ] || continue
  version=$(aws lambda update-function-code --function-name "$name" --zip-file fileb://dist/code.zip --publish \\
    --query Version)
  aws lambda wait function-updated-v2 --function-name "$name"
  aws lambda update-alias --function-name "$name" --name live --function-version "$version"
done
`;

/** Installs it the first time, and never again. */
export async function installAwsCli(): Promise<AwsCli> {
  const { python, packages } = await installPipPackage("awscli", version);
  const script = (text: string, env: Program["env"], cwd: string): Program => ({
    command: "sh",
    args: ["-c", text],
    env: { ...env, PYTHONPATH: packages, PYTHON: python, ESBUILD: join(workspace, "node_modules/esbuild/bin/esbuild") },
    cwd,
  });
  return {
    createFunctions: (env, cwd, role) => script(creating, { ...env, ROLE: role }, cwd),
    updateFunctions: (env, cwd) => script(updating, env, cwd),
    deploy: (env, cwd, template, parameter) => ({
      command: python,
      args: [
        ...["-S", "-m", "awscli", "cloudformation", "deploy", "--no-fail-on-empty-changeset"],
        ...["--stack-name", "aws-cli", "--template-file", template, "--parameter-overrides", parameter],
      ],
      env: { ...env, PYTHONPATH: packages },
      cwd,
    }),
  };
}
