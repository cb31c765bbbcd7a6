/** The bin as people run it: exit statuses, sentences, and that the command after `--` starts only when it may. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, serveAws, serveImds, silence, type Server } from "./testing/servers.ts";
import { keys, lockFile } from "./testing/surroundings.ts";

const bin = join(import.meta.dirname, "bin.ts");
let folder: string;
let aws: Server;
let sandbox: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "env-detect-"));
  writeFileSync(join(folder, "bulkhead.lock.json"), lockFile);
  aws = await serveAws({ AKIADEV: "111111111111", AKIAPROD: "222222222222", AKIATOOLS: "333333333333" });
  sandbox = {
    PATH: process.env["PATH"],
    HOME: folder,
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "eu-central-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
});

afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: { ...sandbox, ...env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Run>((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
  return { child, ended };
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> => start(args, env).ended;

describe("require", () => {
  test("in a dev account refuses prod with a sentence that names both, and starts nothing", async () => {
    const { status, stdout, stderr } = await run(["require", "prod", "--", "touch", "x"], keys("AKIADEV"));
    expect(status).toBe(92);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "error prod is required, but this is dev: account 111111111111 (player-dev), by GetCallerIdentity (the keys in the variables) and bulkhead.lock.json. (EnvDetect.WrongEnvironment)\n" +
        "  Switch to credentials of prod, or require dev if that is what was meant.\n",
    );
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  test("runs the command where it holds, with its streams and arguments as they are", async () => {
    const script = 'process.stdin.pipe(process.stdout); console.error(process.argv.slice(1).join("|"))';
    const { child, ended } = start(
      ["require", "prod", "--", "node", "-e", script, "--", "a b", "--region"],
      keys("AKIAPROD"),
    );
    child.stdin.end("from stdin");
    expect(await ended).toEqual({ status: 0, stdout: "from stdin", stderr: "a b|--region\n" });
  });

  test("passes on the command's own exit status", async () => {
    expect((await run(["require", "prod", "--", "sh", "-c", "exit 7"], keys("AKIAPROD"))).status).toBe(7);
    expect((await run(["require", "prod", "--", "sh", "-c", "kill -9 $$"], keys("AKIAPROD"))).status).toBe(137);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("hands %s to the command, and waits for it", async (signal) => {
    const script = `process.on("${signal}", () => { console.log("tidied up"); process.exit(3); }); setInterval(() => {}, 1000); console.log("started");`;
    const { child, ended } = start(["require", "prod", "--", "node", "-e", script], keys("AKIAPROD"));
    child.stdout.once("data", () => child.kill(signal));
    expect(await ended).toMatchObject({ status: 3, stdout: "started\ntidied up\n" });
  });

  test("without a command says nothing and succeeds", async () => {
    expect(await run(["require", "prod", "--account", "player-prod"], keys("AKIAPROD"))).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  test.each<[string, string[], () => Promise<Server> | undefined, NodeJS.ProcessEnv, number, string]>([
    ["wrong account", ["prod", "--account", "111111111111"], nobody, keys("AKIAPROD"), 91, "EnvDetect.WrongAccount"],
    ["wrong region", ["prod", "--region", "us-east-1"], nobody, keys("AKIAPROD"), 93, "EnvDetect.WrongRegion"],
    ["no answer", ["prod"], nobody, {}, 94, "EnvDetect.NoAnswer"],
    [
      "IMDS hangs",
      ["prod"],
      () => serve(silence),
      { AWS_EC2_METADATA_DISABLED: "false" },
      94,
      "no answer within 270 ms",
    ],
    ["refused by STS", ["prod"], nobody, keys("AKIANOBODY"), 94, "InvalidClientTokenId"],
    ["unnamed", ["prod"], nobody, keys("AKIATOOLS"), 95, "EnvDetect.Unnamed"],
    [
      "conflict",
      ["prod"],
      () => serveImds(),
      { ...keys("AKIAPROD"), AWS_EC2_METADATA_DISABLED: "false" },
      96,
      "EnvDetect.Conflict",
    ],
    [
      "bad signature",
      ["dev", "--verify-signature"],
      () => serveImds(),
      { AWS_EC2_METADATA_DISABLED: "false" },
      97,
      "EnvDetect.BadSignature",
    ],
    ["bad map", ["prod", "--lock-file", "/dev/null"], nobody, keys("AKIAPROD"), 98, "EnvDetect.BadMap"],
    ["no environment", [], nobody, {}, 64, "Require needs the name of an environment."],
    ["unknown flag", ["prod", "--regoin", "x"], nobody, {}, 64, "--regoin"],
    ["too many", ["prod", "touch"], nobody, {}, 64, "the command goes after --"],
    ["no command", ["prod", "--"], nobody, {}, 64, "There is no command after --."],
    ["wrong choice", ["prod", "--unknown", "maybe"], nobody, {}, 64, "--unknown takes refuse or allow."],
  ])("%s", async (_what, args, surround, env, status, message) => {
    const imds = await surround();
    const where = imds === undefined ? {} : { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url };
    const command = args.includes("--") || args.length === 0 ? [] : ["--", "touch", "x"];
    const result = await run(["require", ...args, ...command], { ...env, ...where });
    await imds?.[Symbol.asyncDispose]();
    expect(result).toMatchObject({ status, stdout: "", stderr: expect.stringContaining(message) });
    expect(result.stderr).not.toContain("very-secret");
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  test("lets the unknown pass when asked to", async () => {
    expect((await run(["require", "prod", "--unknown", "allow", "--", "true"])).status).toBe(0);
  });

  test("tells a command that isn't there from one that can't run", async () => {
    expect(await run(["require", "prod", "--", "no-such-command"], keys("AKIAPROD"))).toMatchObject({
      status: 127,
      stderr: expect.stringContaining("EnvDetect.CommandNotFound"),
    });
    expect(await run(["require", "prod", "--", folder], keys("AKIAPROD"))).toMatchObject({
      status: 126,
      stderr: expect.stringContaining("EnvDetect.CommandNotExecutable"),
    });
  });
});

describe("detect", () => {
  test("prints what is known and why", async () => {
    const { status, stdout } = await run(["detect"], keys("AKIAPROD"));
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "account      222222222222 (proof)",
        "  proof   222222222222 by GetCallerIdentity (the keys in the variables)",
        "name         player-prod (strong)",
        "  strong  player-prod by bulkhead.lock.json",
        "team         player (strong)",
        "  strong  player by bulkhead.lock.json",
        "environment  prod (strong)",
        "  strong  prod by bulkhead.lock.json",
        "region       eu-central-1 (strong)",
        "  strong  eu-central-1 by AWS_REGION",
        "protected    true (strong)",
        "  strong  true by bulkhead.lock.json",
        "platform     other (hint)",
        "",
      ].join("\n"),
    );
  });

  test("prints one JSON document", async () => {
    const { stdout } = await run(["detect", "--output", "json"], keys("AKIANOBODY"));
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "environment",
      version: 1,
      account: { evidence: [] },
      unanswered: [{ source: "GetCallerIdentity (the keys in the variables)" }],
    });
    expect(stdout).not.toContain("very-secret");
  });

  test.each([["--output", "yaml"], ["prod"]])("refuses %s", async (...args) => {
    expect((await run(["detect", ...args])).status).toBe(64);
  });
});

test("says how it is used", async () => {
  expect(await run(["--help"])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("bulkhead-env require ENVIRONMENT"),
  });
  expect(await run([])).toMatchObject({ status: 64, stderr: expect.stringContaining("A command is needed") });
  expect(await run(["destroy"])).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("There is no command destroy"),
  });
});

function nobody(): undefined {
  return undefined;
}
