/** Running the host's tools: what they say, and those that never end. */

import { expect, it } from "@jest/globals";
import { runTool } from "./run-tool.ts";

it("gives a tool its input and nothing of this process's environment, and tells what it said", async () => {
  expect(await runTool("sh", ["-c", 'cat; echo "$HOME $LC_ALL"'], "in ")).toBe("in  C\n");
});

it("ends a tool that hangs, so that the next can be run", async () => {
  await expect(runTool("sleep", ["600"], "", 50)).rejects.toMatchObject({ code: "Ssh.ToolFailed" });
});

it("tells a tool that fails from one that is missing", async () => {
  await expect(runTool("sh", ["-c", "echo no >&2; exit 3"])).rejects.toMatchObject({ message: "sh failed: no" });
  await expect(runTool("no-such-tool", [])).rejects.toMatchObject({ code: "Ssh.ToolMissing" });
});
