/** `npm run bench`: us and the peers on the same server of fixed answers, as a table of ratios. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BenchCase } from "./bench-case.ts";
import { buildCli } from "./built.ts";
import { baselinePlan, oneMoreRole } from "./cases/baseline.ts";
import { bundle } from "./cases/bundle.ts";
import { environment } from "./cases/environment.ts";
import { enteringAccounts } from "./cases/entering-accounts.ts";
import { functions, manyFunctions } from "./cases/functions.ts";
import { logins } from "./cases/logins.ts";
import { manyLogins } from "./cases/many-logins.ts";
import { tenThousandAccounts, thousandAccounts } from "./cases/many-accounts.ts";
import { noOpPlan } from "./cases/no-op-plan.ts";
import { oneMoreAccount } from "./cases/one-more-account.ts";
import { stacks } from "./cases/stacks.ts";
import { start } from "./cases/start.ts";
import { throttledPlan } from "./cases/throttled-plan.ts";
import { manyUsers, users } from "./cases/users.ts";
import { temporaryFolder, workspace } from "./folders.ts";
import { renderPage, type Section } from "./table.ts";

const cases: readonly BenchCase[] = [
  start,
  noOpPlan,
  throttledPlan,
  oneMoreAccount,
  thousandAccounts,
  tenThousandAccounts,
  enteringAccounts,
  baselinePlan,
  oneMoreRole,
  users,
  manyUsers,
  environment,
  stacks,
  bundle,
  functions,
  manyFunctions,
  logins,
  manyLogins,
];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    repeat: { type: "string", default: "3" },
    "no-peers": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const repeat = Number(values.repeat);
const chosen = cases.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) throw new Error(`no case has “${values.only}” in its name`);

await using folder = await temporaryFolder();
const cli = await buildCli(folder.path);
const sections: Section[] = [];
for (const { name, run } of chosen) {
  const started = performance.now();
  const progress = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
  sections.push({ name, rows: await run({ cli, repeat, peers: !values["no-peers"], progress }) });
  progress(`done in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
const page = renderPage(sections, repeat);
process.stdout.write(page);
if (values.write) await writeFile(join(workspace, "docs/benchmarks.md"), page);
