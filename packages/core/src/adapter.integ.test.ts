/** Programs as processes of their own: Ctrl-C, pipes, exit codes. */

import { afterEach, describe, expect, it } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

/** Runs `tool go WORDS` as a program whose only command has this body. */
function start(body: string, ...words: string[]) {
  const program = `
    import { runProgram } from "@bulkhead/core/adapter";
    const run = async ({ signal, report, terminal }) => { ${body} };
    const commands = [{ name: "go", summary: "goes", run }];
    await runProgram({ name: "tool", summary: "a tool", version: "1.2.3", commands });
  `;
  const child = spawn(
    process.execPath,
    ["--conditions=@bulkhead/source", "--input-type=module", "-e", program, "tool", ...words],
    // In the package's folder, so that its own name leads to it.
    { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: ["pipe", "pipe", "pipe"] },
  );
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  /** Waits until stderr says something. */
  const said = async (text: string): Promise<void> => {
    while (!output.stderr.includes(text)) {
      const more = once(child.stderr, "data").then(() => true);
      if (!(await Promise.race([more, ended.then(() => false)]))) throw new Error(`It ended without "${text}".`);
    }
  };
  return { child, ended, said };
}

const settling = "Settling what is in flight; Ctrl-C again leaves at once.\n";
const untilInterrupted = `
  report({ type: "warning", message: "started" });
  const alive = setInterval(() => undefined, 1000);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  report({ type: "warning", message: "settling" });
`;

describe("interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s: what is in flight is settled, and the code is 130", async (name) => {
    const { child, ended, said } = start(
      `${untilInterrupted}
      await new Promise((resolve) => setTimeout(resolve, 50));
      clearInterval(alive);
      return { text: () => "settled" };`,
      "go",
    );
    await said("started");
    child.kill(name);
    expect(await ended).toEqual({ code: 130, stdout: "settled\n", stderr: `! started\n${settling}! settling\n` });
  });

  it("twice: leaves at once", async () => {
    const { child, ended, said } = start(`${untilInterrupted} await new Promise(() => undefined);`, "go");
    await said("started");
    child.kill("SIGINT");
    await said("settling");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "" });
  });

  it("while something throws the signal's reason: says so, and nothing of a defect", async () => {
    const { child, ended, said } = start(`${untilInterrupted} signal.throwIfAborted();`, "go", "--output", "json");
    await said("started");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ kind: "error", errors: [{ code: "Run.Interrupted", fault: "user" }] });
    expect(stderr).toContain("Interrupted. (Run.Interrupted)");
    expect(stderr).not.toContain("Internal");
  });

  it("while something else fails: that is told, and the code is 130", async () => {
    const { child, ended, said } = start(`${untilInterrupted} throw new Error("lost");`, "go");
    await said("started");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining("lost") });
  });
});

describe("on pipes", () => {
  it("writes a long document whole before it leaves", async () => {
    const { ended } = start(
      `return { document: { kind: "long", version: 1, text: "x".repeat(3_000_000) } };`,
      "go",
      "--output",
      "json",
    );
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { text: string }).text).toHaveLength(3_000_000);
  });

  it("doesn't mind a reader that leaves early", async () => {
    const { child, ended, said } = start(
      `report({ type: "warning", message: "started" });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { text: () => "x".repeat(3_000_000) };`,
      "go",
    );
    await said("started");
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "! started\n" });
  });

  it("takes the end of its input for no answer", async () => {
    const { child, ended } = start(
      `const confirmed = await terminal.confirm("Apply?");
      return { text: () => String(confirmed) };`,
      "go",
    );
    child.stdin.end();
    expect(await ended).toMatchObject({ code: 0, stdout: "false\n" });
  });
});

it("leaves with the code of its command, even while something is still open", async () => {
  const { ended } = start(`setInterval(() => undefined, 1000); return { exitCode: 2 };`, "go");
  expect((await ended).code).toBe(2);
});

it("leaves with 1 after an unknown flag", async () => {
  const { ended } = start("return {};", "go", "--quite");
  expect(await ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("Did you mean --quiet?") });
});
