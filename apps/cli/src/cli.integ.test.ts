/** `bulkhead` as a process: what it loads, what it writes, and how it says no. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { exitStatuses } from "@bulkhead/env-detect";
import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const main = join(import.meta.dirname, "main.ts");
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ createAccountPolls: 1 });
});
afterAll(async () => sandbox.stop());
beforeEach(async () => {
  await rm(folder ?? "", { recursive: true, force: true });
  folder = await mkdtemp(join(tmpdir(), "bulkhead-cli-"));
  await sandbox.reset();
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bulkhead(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Ran> {
  const child = spawn(process.execPath, ["--conditions=@bulkhead/source", ...nodeArgs, main, ...args], {
    cwd: folder,
    env: { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache"), FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, ...texts }));
  });
}

/** Names of the packages that a command loads. */
async function loadedPackages(...args: string[]): Promise<ReadonlySet<string>> {
  const [hook, list] = [join(folder, "hook.mjs"), join(folder, "loaded.txt")];
  await writeFile(
    hook,
    `import { registerHooks } from "node:module";
     import { appendFileSync } from "node:fs";
     registerHooks({ load: (url, context, next) => (appendFileSync(${JSON.stringify(list)}, url + "\\n"), next(url, context)) });`,
  );
  await bulkhead(args, ["--import", pathToFileURL(hook).href]);
  const urls = (await readFile(list, "utf8")).trim().split("\n");
  const name = /(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;
  return new Set(urls.flatMap((url) => name.exec(url)?.[1] ?? []));
}

describe("a command loads what it needs and nothing else", () => {
  it.each([[["--version"]], [["--help"]], [["init"]], [["schema"]], [["validate"]]])(
    "%j: no AWS client",
    async (args) => {
      expect([...(await loadedPackages(...args))].filter((name) => /^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
    },
  );

  it("--version: nothing at all", async () => {
    expect([...(await loadedPackages("--version"))]).toEqual([]);
  });

  it("plan: what it asks, and no client that it doesn't call", async () => {
    await bulkhead(["init"]);
    await bulkhead(["apply", "--yes"]);
    // Whose credentials these are is remembered from the apply: STS isn't asked again.
    const clients = [...(await loadedPackages("plan"))].filter((name) => name.startsWith("@aws-sdk/client-"));
    expect(clients.sort()).toEqual([
      "@aws-sdk/client-iam",
      "@aws-sdk/client-organizations",
      "@aws-sdk/client-resource-groups-tagging-api",
      "@aws-sdk/client-ssm",
    ]);
  });
});

it("says that it needs a newer Node, before it loads what an older one can't", async () => {
  const old = join(folder, "old.mjs");
  // Without enableCompileCache, as main.ts would find it there.
  const lacking = `data:text/javascript,${encodeURIComponent("export default {};")}`;
  await writeFile(
    old,
    `import { registerHooks } from "node:module";
     Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
     registerHooks({ resolve: (name, context, next) =>
       name === "node:module" ? { url: ${JSON.stringify(lacking)}, shortCircuit: true } : next(name, context) });`,
  );
  expect(await bulkhead(["plan"], ["--import", pathToFileURL(old).href])).toEqual({
    code: 1,
    stdout: "",
    stderr: "bulkhead needs Node.js 22.12 or newer; this is 20.20.2.\n",
  });
});

describe("a first landing zone", () => {
  it("is written, valid, planned, applied, and refreshed", async () => {
    expect(await bulkhead(["init"])).toMatchObject({ code: 0, stdout: expect.stringContaining("wrote bulkhead.yaml") });
    expect(await bulkhead(["validate"])).toMatchObject({ code: 0, stdout: expect.stringContaining("9 accounts") });
    expect(await bulkhead(["plan", "--detailed-exitcode"])).toMatchObject({ code: 2 });
    expect(await bulkhead(["apply", "--yes"])).toMatchObject({ code: 0 });
    const plan = await bulkhead(["plan", "--output", "json", "--detailed-exitcode"]);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ kind: "plan", version: 1, plan: { changes: [] } });

    const lock = await readFile(join(folder, "bulkhead.lock.json"), "utf8");
    await rm(join(folder, "bulkhead.lock.json"));
    expect(await bulkhead(["refresh"])).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "bulkhead.lock.json"), "utf8")).toBe(lock);
  });

  it("is written with a JSON document, where one is asked for", async () => {
    const { code, stdout } = await bulkhead(["init", "--output", "json", "zone"]);
    expect(code).toBe(0);
    const { files, ...rest } = JSON.parse(stdout) as { files: string[] };
    expect(rest).toEqual({ kind: "init", version: 1 });
    expect(files).toContain("zone/bulkhead.yaml");
  });

  it("never overwrites a file, nor writes half of itself", async () => {
    await writeFile(join(folder, "bulkhead.yaml"), "mine");
    const { code, stderr } = await bulkhead(["init"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Init.FileExists");
    expect(await readFile(join(folder, "bulkhead.yaml"), "utf8")).toBe("mine");
    expect(await readdir(folder)).toEqual(["bulkhead.yaml"]);
  });
});

describe("bad input", () => {
  const edited = async (from: string | RegExp, to: string): Promise<Ran> => {
    await bulkhead(["init"]);
    const file = join(folder, "bulkhead.yaml");
    const text = await readFile(file, "utf8");
    expect(text).toMatch(from);
    await writeFile(file, text.replace(from, to));
    return bulkhead(["plan"]);
  };

  it.each<[string, string | RegExp, string, RegExp]>([
    ["broken YAML", "version: 1", "version: [1", /bulkhead\.yaml:\d+:\d+: /],
    ["an unknown key", "environments:   ", "enviroments:   ", /bulkhead\.yaml:\d+:1: .*enviroments[\s\S]*environments/],
    [
      "two accounts with one email",
      "identity:    {",
      "identity:    { email: AWS+log-archive@example.com,",
      /bulkhead\.yaml:\d+:\d+: [\s\S]*EmailTaken/,
    ],
    ["a unit six levels deep", "Workloads/Development", "A/B/C/D/E/F", /bulkhead\.yaml:\d+:\d+: .*A\/B\/C\/D\/E\/F/],
    ["a rename to a name in use", "identity:    {", "identity:    { previously: log-archive,", /RenameToNameInUse/],
  ])("%s is shown with its place, and nothing is asked of AWS", async (_, from, to, message) => {
    const { code, stderr, stdout } = await edited(from, to);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(sandbox.calls()).toEqual([]);
  });

  it("a file that isn't there", async () => {
    const { code, stderr } = await bulkhead(["plan"]);
    expect(code).toBe(1);
    expect(stderr).toContain("bulkhead init");
  });

  it("an unknown flag, with a suggestion, before anything is done", async () => {
    await bulkhead(["init"]);
    const { code, stderr } = await bulkhead(["apply", "--yess"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Did you mean --yes?");
    expect(sandbox.calls()).toEqual([]);
  });
});

describe("env", () => {
  beforeEach(async () => {
    const lock = { version: 1, accounts: { "shop-dev": { id: MANAGEMENT_ACCOUNT, team: "shop", environment: "dev" } } };
    await writeFile(join(folder, "bulkhead.lock.json"), JSON.stringify(lock));
  });

  it("require runs nothing in another environment, and names both", async () => {
    const { code, stderr } = await bulkhead(["env", "require", "prod", "--", "touch", "x"]);
    expect(code).toBe(exitStatuses["EnvDetect.WrongEnvironment"]);
    expect(stderr).toMatch(/prod[\s\S]*dev|dev[\s\S]*prod/);
    expect(await readdir(folder)).not.toContain("x");
  });

  it("require runs the command in the right one, and ends as it ends", async () => {
    expect(await bulkhead(["env", "require", "dev", "--", "touch", "x"])).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toContain("x");
    expect(await bulkhead(["env", "require", "dev", "--", "sh", "-c", "exit 7"])).toMatchObject({ code: 7 });
  });

  it("require has a JSON document of its own, and leaves a command's output alone", async () => {
    const required = await bulkhead(["env", "require", "dev", "--output", "json"]);
    expect(required.code).toBe(0);
    const document = { kind: "environment-required", version: 1, environment: "dev", account: null };
    expect(JSON.parse(required.stdout)).toEqual(document);
    const ran = await bulkhead(["env", "require", "dev", "--output", "json", "--", "echo", "mine"]);
    expect(ran).toMatchObject({ code: 0, stdout: "mine\n" });
  });

  it("detect says what it knows, and why", async () => {
    const { stdout } = await bulkhead(["env", "detect", "--output", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "environment",
      account: { value: MANAGEMENT_ACCOUNT, trust: "proof" },
      environment: { value: "dev" },
      team: { value: "shop" },
    });
  });
});
