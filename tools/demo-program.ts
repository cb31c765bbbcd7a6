/** What the demos have in common: they say what they are about to do, and run `bulkhead` as a person would. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { stdout } from "node:process";
import { styleText } from "node:util";

const main = join(import.meta.dirname, "../apps/cli/src/main.ts");

export const say = (text: string): void => void stdout.write(`\n${styleText("cyan", text)}\n`);

/**
 * Runs `bulkhead` in a folder and waits for its end.
 * @throws where it ends in another way than expected: the demo has shown a defect then
 */
export async function runBulkhead(
  args: readonly string[],
  { cwd, env, expected }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly expected: number },
): Promise<void> {
  stdout.write(`${styleText("bold", `$ bulkhead ${args.join(" ")}`)}\n`);
  const child = spawn(process.execPath, ["--conditions=@bulkhead/source", main, ...args], {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== expected) throw new Error(`bulkhead ${args.join(" ")} ended with ${code}`);
}
