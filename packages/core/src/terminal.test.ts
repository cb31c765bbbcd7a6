/** Questions on a terminal: only a clear yes is one, and Ctrl-C and Ctrl-D end a question. */

import { describe, expect, it } from "@jest/globals";
import { PassThrough } from "node:stream";
import type { Terminal } from "./command.ts";
import { createProgress } from "./progress.ts";
import { createStyle } from "./style.ts";
import { createTerminal } from "./terminal.ts";

interface Stage {
  readonly terminal: Terminal;
  readonly type: (keys: string) => void;
  readonly hangUp: () => void;
  readonly report: ReturnType<typeof createProgress>["report"];
  readonly screen: () => string;
  readonly signal: AbortSignal;
}

/** A terminal whose keys are typed by the test. A real one is put into raw mode and hands Ctrl-C over as a character. */
function stage({ input: inputIsTty = true, output: outputIsTty = true } = {}): Stage {
  const input = Object.assign(new PassThrough(), { isTTY: inputIsTty, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: outputIsTty });
  let screen = "";
  output.on("data", (chunk: Buffer) => (screen += chunk.toString()));
  const style = createStyle(false);
  const controller = new AbortController();
  const write = (text: string): void => void output.write(text);
  const progress = createProgress({ write, live: true, columns: () => 80, verbose: false, style });
  const terminal = createTerminal({
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    style,
    signal: controller.signal,
    interrupt: () => controller.abort(),
    progress,
  });
  return {
    terminal,
    type: (keys) => void input.write(keys),
    hangUp: () => void input.end(),
    report: progress.report,
    screen: () => screen,
    signal: controller.signal,
  };
}

describe("confirming", () => {
  it.each(["y", "Y", "yes", "YES", " yes "])("%j is a yes", async (keys) => {
    const { terminal, type, screen } = stage();
    const confirmed = terminal.confirm("Apply 3 changes?");
    type(`${keys}\n`);
    expect(await confirmed).toBe(true);
    expect(screen()).toContain("Apply 3 changes? [y/N] ");
  });

  it.each(["", "n", "no", "yep", "yes please", "1", "true", "yy"])("%j is not", async (keys) => {
    const { terminal, type } = stage();
    const confirmed = terminal.confirm("Apply?");
    type(`${keys}\n`);
    expect(await confirmed).toBe(false);
  });

  it("takes Ctrl-D for no", async () => {
    const { terminal, type } = stage();
    const confirmed = terminal.confirm("Apply?");
    type("\u0004");
    expect(await confirmed).toBe(false);
  });

  it("takes the end of the input for no", async () => {
    const { terminal, hangUp } = stage({ input: false });
    const confirmed = terminal.confirm("Apply?");
    hangUp();
    expect(await confirmed).toBe(false);
  });
});

describe("asking", () => {
  it("answers with the line, without the spaces around it", async () => {
    const { terminal, type } = stage();
    const answer = terminal.ask("Code: ");
    type(" 123456 \n");
    expect(await answer).toBe("123456");
  });

  it("asks one question at a time, in order", async () => {
    const { terminal, type, screen } = stage();
    const [first, second] = [terminal.ask("first? "), terminal.ask("second? ")];
    type("a\n");
    expect(await first).toBe("a");
    expect(screen()).not.toContain("second?");
    type("b\n");
    expect(await second).toBe("b");
  });

  it("is interrupted by Ctrl-C, and so is the run", async () => {
    const { terminal, type, signal } = stage();
    const answer = terminal.ask("Code: ");
    type("\u0003");
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(signal.aborted).toBe(true);
    await expect(terminal.ask("Again? ")).rejects.toMatchObject({ name: "AbortError" });
  });

  it("isn't written over by progress", async () => {
    const { terminal, type, report, screen } = stage();
    report({ type: "progress", task: "reading", done: 1, total: 3 });
    const answer = terminal.ask("Code: ");
    await new Promise((resolve) => setImmediate(resolve));
    report({ type: "warning", message: "meanwhile" });
    expect(screen()).toContain("Code: ");
    expect(screen()).not.toContain("meanwhile");
    type("1\n");
    await answer;
    await new Promise((resolve) => setImmediate(resolve));
    expect(screen()).toContain("! meanwhile\n");
  });
});

describe("showing", () => {
  it("takes the live line away first", async () => {
    const { terminal, report, screen } = stage();
    report({ type: "progress", task: "reading", done: 1, total: 3 });
    terminal.show((style) => style.bold("the plan"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(screen()).toBe("reading 1/3\r\u001b[Kthe plan\n");
  });
});

describe("a person can be asked", () => {
  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])("input %s, output %s: %s", (input, output, expected) => {
    expect(stage({ input, output }).terminal.interactive).toBe(expected);
  });
});
