// Starts the sandbox for trying things by hand (with the word `stacks` also CloudFormation stacks), and prints what to export.
import { once } from "node:events";
import { localhostNames, startSandbox } from "./index.ts";

await using sandbox = await startSandbox({ organization: true, stacks: process.argv.includes("stacks") });
const env = { ...sandbox.env, NODE_OPTIONS: `--import=${localhostNames}` };
const lines = Object.entries(env).map(([name, value]) => (value === "" ? `unset ${name}` : `export ${name}=${value}`));
process.stdout.write(`${lines.join("\n")}\n# The sandbox runs until Ctrl-C.\n`);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
