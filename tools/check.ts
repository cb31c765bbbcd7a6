/** `npm test`: everything that CI runs, in order of cost, ending with one line that counts. */

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exit, stdout } from "node:process";

/** Node on a package's own script: no shell, no npx, and the repository's Node. */
const tool = (script: string, ...args: string[]): string[] => [process.execPath, `node_modules/${script}`, ...args];

const checks: readonly { readonly name: string; readonly command: string[] }[] = [
  { name: "build", command: tool("nx/dist/bin/nx.js", "run-many", "--targets=build", "--outputStyle=static") },
  { name: "types", command: tool("typescript/bin/tsc", "-p", "tsconfig.check.json") },
  { name: "lint", command: tool("eslint/bin/eslint.js", ".", "--max-warnings=0") },
  { name: "format", command: tool("prettier/bin/prettier.cjs", "--check", "--log-level=warn", ".") },
  { name: "reference", command: [process.execPath, "--conditions=@bulkhead/source", "tools/reference.ts"] },
  { name: "dead code", command: tool("knip/bin/knip.js") },
];

const folder = await mkdtemp(join(tmpdir(), "bulkhead-check-"));
let [passed, failed] = [0, 0];
try {
  for (const { name, command } of checks) {
    const ok = (await run(command)) === 0;
    stdout.write(`${ok ? "✓" : "✗"} ${name}\n`);
    if (ok) passed++;
    else failed++;
  }
  const report = join(folder, "jest.json");
  const code = await run([
    process.execPath,
    "--experimental-vm-modules",
    "--no-warnings",
    "node_modules/jest/bin/jest.js",
    "--json",
    `--outputFile=${report}`,
  ]);
  const tests = await jestCounts(report);
  passed += tests.passed;
  failed += tests.failed;
  // A test runner that fails without a failed test (nothing found, a crash) is a failure all the same.
  if (code !== 0 && tests.failed === 0) failed++;
} finally {
  await rm(folder, { recursive: true, force: true });
}
stdout.write(`${passed} passed, ${failed} failed\n`);
exit(failed === 0 ? 0 : 1);

function run([program = "", ...args]: string[]): Promise<number> {
  // Nx keeps its cache where all clones share it unless told otherwise; a fresh clone must not pass from another's.
  const env = {
    ...process.env,
    NX_DAEMON: "false",
    NX_CACHE_DIRECTORY: join(process.cwd(), ".nx/cache"),
    NX_TUI: "false",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], env });
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
}

/** Suites that can't even be loaded count as one failure each; a skipped test is a failed one. */
async function jestCounts(report: string): Promise<{ passed: number; failed: number }> {
  const text = await readFile(report, "utf8").catch(() => "{}");
  const counts = JSON.parse(text) as Partial<Record<string, number>>;
  const of = (key: string): number => counts[key] ?? 0;
  return {
    passed: of("numPassedTests"),
    failed: of("numFailedTests") + of("numRuntimeErrorTestSuites") + of("numPendingTests") + of("numTodoTests"),
  };
}
