/** The package as users get it: packed, installed alone in an empty folder, loaded both ways, compiled against. */

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(import.meta.dirname, "..");
const tools = join(home, "..", "..", "node_modules");
const temporary = mkdtempSync(join(tmpdir(), "env-detect-"));
/** An empty project that installs the package. */
const project = join(temporary, "project");
const installed = join(project, "node_modules", "@bulkhead", "env-detect");

function run(command: string, args: readonly string[], cwd = project): string {
  // npm takes what another npm set for the process that we run in (a prefix, a workspace) for its own settings.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS)/.test(name)));
  return execFileSync(command, args, { cwd, encoding: "utf8", env: { ...env, npm_config_loglevel: "silent" } });
}

const node = (...args: readonly string[]): string => run(process.execPath, args);
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, name)).isFile());

beforeAll(() => {
  // Packed from a copy of the workspace: packing rebuilds `dist`, which others may be using.
  const workspace = join(temporary, "workspace");
  const copy = join(workspace, "packages", "env-detect");
  cpSync(join(home, "src"), join(copy, "src"), { recursive: true });
  for (const file of ["package.json", "README.md", "pack.sh", "tsconfig.json"])
    cpSync(join(home, file), join(copy, file));
  cpSync(join(home, "..", "..", "tsconfig.base.json"), join(workspace, "tsconfig.base.json"));
  symlinkSync(tools, join(workspace, "node_modules"));
  run("npm", ["pack", "--pack-destination", temporary], copy);

  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const tarball = readdirSync(temporary).find((name) => name.endsWith(".tgz")) ?? "";
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(temporary, tarball)]);
}, 120_000);

afterAll(() => rmSync(temporary, { recursive: true }));

test("it is one package, with no dependency, and without sources, maps and tests", () => {
  const visible = (folder: string): string[] => readdirSync(folder).filter((name) => !name.startsWith("."));
  expect(visible(join(project, "node_modules"))).toEqual(["@bulkhead"]);
  expect(visible(join(project, "node_modules", "@bulkhead"))).toEqual(["env-detect"]);
  expect(visible(installed).sort()).toEqual(["README.md", "dist", "package.json"]);
  expect(
    filesOf(join(installed, "dist")).filter((name) => !/^[a-z-]+(-[A-Z0-9]{8})?(\.js|\.d\.ts)$/.test(name)),
  ).toEqual([]);
});

test("it takes less than 60 kB", () => {
  const bytes = filesOf(installed).reduce((sum, name) => sum + statSync(join(installed, name)).size, 0);
  expect(bytes).toBeLessThan(60_000);
});

test("it loads as an ES module and by require", () => {
  const names = "{ detectEnvironment, protect, requireEnvironment, verifyIdentityDocument }";
  const use =
    'requireEnvironment({ region: "eu-west-1" }, { env: { AWS_REGION: "eu-west-1" } }).then(({ region }) => ' +
    "console.log(region.value, typeof detectEnvironment, typeof protect, typeof verifyIdentityDocument));";
  writeFileSync(join(project, "use.mjs"), `import ${names} from "@bulkhead/env-detect";\n${use}\n`);
  writeFileSync(join(project, "use.cjs"), `const ${names} = require("@bulkhead/env-detect");\n${use}\n`);
  expect(node("use.mjs")).toBe("eu-west-1 function function function\n");
  expect(node("--no-warnings", "use.cjs")).toBe("eu-west-1 function function function\n");
});

test("loading it loads nothing that only asking needs", () => {
  const heavy = "/^NativeModule (crypto|http|https|tls|stream|child_process)$/";
  const script = `const before = new Set(process.moduleLoadList); await import("@bulkhead/env-detect");
    console.log(process.moduleLoadList.filter((name) => !before.has(name) && ${heavy}.test(name)).join());`;
  expect(node("--input-type=module", "-e", script)).toBe("\n");
});

test("its bin runs", () => {
  expect(run(join(project, "node_modules", ".bin", "bulkhead-env"), ["--help"])).toContain(
    "bulkhead-env require ENVIRONMENT",
  );
});

test("its types resolve, as an ES module and for CommonJS", () => {
  const imports = [
    'import { detectEnvironment, type Environment } from "@bulkhead/env-detect";',
    'import { runDetect } from "@bulkhead/env-detect/command";',
  ];
  const body = [
    "export async function main(): Promise<unknown> {",
    '  const known: Environment = await detectEnvironment({ accounts: { a: { id: "111111111111", environment: "dev" } } });',
    "  const account: string | undefined = known.account.value;",
    "  // @ts-expect-error a team is no boolean",
    "  const team: boolean = known.team.value;",
    "  return [account, team, runDetect];",
    "}",
  ];
  for (const name of ["types.mts", "types.cts"]) writeFileSync(join(project, name), [...imports, ...body].join("\n"));
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(tools, "@types")],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.mts", "types.cts"] }));
  expect(node(join(tools, "typescript", "bin", "tsc"), "-p", project)).toBe("");
});

test("it names no machine and no registry", () => {
  for (const name of filesOf(installed)) {
    expect(readFileSync(join(installed, name), "utf8")).not.toMatch(/\/(home|Users|root|tmp)\/\w|registry\./);
  }
});
