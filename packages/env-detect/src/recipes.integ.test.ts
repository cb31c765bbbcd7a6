/** Every recipe, run as it stands: in the environment that it is for, and in another, where it must do nothing. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { serveAws, type Server } from "./testing/servers.ts";
import { keys, lockFile } from "./testing/surroundings.ts";

const recipes = join(import.meta.dirname, "..", "recipes");
let folder: string;
let aws: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "env-detect-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bulkhead.lock.json"), lockFile);
  aws = await serveAws({ AKIADEV: "111111111111", AKIAPROD: "222222222222" });
  executable("bin/bulkhead-env", `exec "${process.execPath}" "${join(import.meta.dirname, "bin.ts")}" "$@"`);
  // As npm installs it; `npx NAME` runs what is installed.
  executable("bin/npx", 'exec "$@"');
  for (const tool of ["aws", "cdk", "npm", "service"]) executable(`bin/${tool}`, `echo "${tool} $*" >> ran`);
  executable("bin/terraform", '[ "$1" = workspace ] && echo "$WORKSPACE" || echo "terraform $*" >> ran');
  executable("deploy.sh", "echo deployed >> ran");
});

afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function executable(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(command, args, {
    cwd: folder,
    env: {
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      // The recipes import this package by its name.
      NODE_OPTIONS: "--conditions=@bulkhead/source",
      HOME: folder,
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: "eu-central-1",
      AWS_EC2_METADATA_DISABLED: "true",
      ...env,
    },
  });
}

/** What the recipe's fake tools did, and how it ended. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  rmSync(join(folder, "ran"), { force: true });
  const child = start(command, args, env);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const ran = existsSync(join(folder, "ran")) ? readFileSync(join(folder, "ran"), "utf8") : "";
  return { status, ran, stderr };
}

const recipe = (name: string, args: readonly string[], env: NodeJS.ProcessEnv) => run(join(recipes, name), args, env);
const wrongEnvironment = { status: 92, ran: "", stderr: expect.stringContaining("EnvDetect.WrongEnvironment") };

describe("a container's entry point", () => {
  const env = { DEPLOY_ENVIRONMENT: "prod" };
  test("starts the service where it belongs", async () => {
    expect(
      await recipe("container-entrypoint.sh", ["service", "--port", "80"], { ...env, ...keys("AKIAPROD") }),
    ).toEqual({
      status: 0,
      ran: "service --port 80\n",
      stderr: "",
    });
  });
  test("starts nothing elsewhere", async () => {
    expect(await recipe("container-entrypoint.sh", ["service"], { ...env, ...keys("AKIADEV") })).toEqual(
      wrongEnvironment,
    );
    const region = await recipe("container-entrypoint.sh", ["service"], {
      ...env,
      ...keys("AKIAPROD"),
      DEPLOY_REGION: "us-east-1",
    });
    expect(region).toMatchObject({ status: 93, ran: "" });
  });
});

describe("a script that destroys", () => {
  test("runs where AWS says that it may", async () => {
    const { status, ran } = await recipe("empty-queue.sh", ["https://queue"], keys("AKIADEV"));
    expect({ status, ran }).toEqual({ status: 0, ran: "aws sqs purge-queue --queue-url https://queue\n" });
  });
  test("touches nothing elsewhere, or when nobody can say", async () => {
    expect(await recipe("empty-queue.sh", ["https://queue"], keys("AKIAPROD"))).toEqual(wrongEnvironment);
    expect(await recipe("empty-queue.sh", ["https://queue"], {})).toMatchObject({ status: 94, ran: "" });
  });
});

describe("Terraform", () => {
  test("applies a workspace in its own account only", async () => {
    const prod = await recipe("guarded-terraform.sh", ["apply", "-auto-approve"], {
      WORKSPACE: "prod",
      ...keys("AKIAPROD"),
    });
    expect(prod).toEqual({ status: 0, ran: "terraform apply -auto-approve\n", stderr: "" });
    expect(await recipe("guarded-terraform.sh", ["apply"], { WORKSPACE: "prod", ...keys("AKIADEV") })).toEqual(
      wrongEnvironment,
    );
  });
  test("plans anywhere", async () => {
    expect(await recipe("guarded-terraform.sh", ["plan"], {})).toEqual({
      status: 0,
      ran: "terraform plan\n",
      stderr: "",
    });
  });
});

test("the CDK deploys to the environment that was named, or not at all", async () => {
  const deployed = await recipe("guarded-cdk.sh", ["prod", "deploy", "PlayerStack"], keys("AKIAPROD"));
  expect(deployed).toEqual({ status: 0, ran: "cdk deploy PlayerStack\n", stderr: "" });
  expect(await recipe("guarded-cdk.sh", ["prod", "deploy"], keys("AKIADEV"))).toEqual(wrongEnvironment);
});

describe.each([
  ["github-actions.yml", "GITHUB_ACTIONS", /^ +- run: (.+)$/gm],
  ["gitlab-ci.yml", "GITLAB_CI", /^ {4}- (n.+)$/gm],
])("%s", (name, variable, steps) => {
  const script = [...readFileSync(join(recipes, name), "utf8").matchAll(steps)].map(([, step]) => step).join("\n");

  test("deploys with the right role", async () => {
    const { status, ran } = await run("sh", ["-e", "-c", script], { [variable]: "true", ...keys("AKIAPROD") });
    expect({ status, ran }).toEqual({ status: 0, ran: "npm ci\ndeployed\n" });
  });
  test("stops before it writes with the wrong one", async () => {
    const result = await run("sh", ["-e", "-c", script], { [variable]: "true", ...keys("AKIADEV") });
    expect(result).toEqual({ ...wrongEnvironment, ran: "npm ci\n" });
  });
});

describe("a Node service", () => {
  const env = (key: string) => ({ DEPLOY_ENVIRONMENT: "prod", PORT: "0", ...keys(key) });

  test("listens where it belongs", async () => {
    const child = start(process.execPath, [join(recipes, "node-service.mjs")], env("AKIAPROD"));
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
    );
    child.kill();
    expect(line).toMatch(/^listening on \d+ in 222222222222, eu-central-1\n$/);
  });
  test("refuses to start elsewhere", async () => {
    const { status, stderr } = await run(process.execPath, [join(recipes, "node-service.mjs")], env("AKIADEV"));
    expect(status).toBe(1);
    expect(stderr).toContain("prod is required, but this is dev: account 111111111111 (player-dev)");
  });
});

describe("a Lambda handler", () => {
  const invoke = (account: string) => {
    const arn = `arn:aws:lambda:eu-central-1:${account}:function:job`;
    const script =
      `const { handler } = await import("${join(recipes, "lambda-handler.mjs")}");` +
      `console.error(JSON.stringify(await handler({ job: 7 }, { invokedFunctionArn: "${arn}" })));`;
    const env = { AWS_LAMBDA_FUNCTION_NAME: "job", DEPLOY_ENVIRONMENT: "prod" };
    return run(process.execPath, ["--input-type=module", "-e", script], env);
  };

  test("does its work where it belongs", async () => {
    expect(await invoke("222222222222")).toMatchObject({ status: 0, stderr: '{"ran":7,"in":"prod"}\n' });
  });
  test("does nothing elsewhere", async () => {
    expect(await invoke("111111111111")).toMatchObject({ status: 1, stderr: expect.stringContaining("this is dev") });
  });
});
