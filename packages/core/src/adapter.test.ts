/** The adapter: words become flags, results become output, errors become exit codes; nothing runs on wrong words. */

import { describe, expect, it, jest } from "@jest/globals";
import { PassThrough } from "node:stream";
import { execute, type Surroundings } from "./adapter.ts";
import { defineCommand, type Command, type CommandContext, type CommandGroup, type Result } from "./command.ts";
import { BulkheadError } from "./errors.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function stream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = "";
  through.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { stream: through as unknown as NodeJS.WriteStream, text: () => text };
}

async function run(
  commands: Command | CommandGroup | readonly (Command | CommandGroup)[],
  line: string | readonly string[],
  { env = {}, isTTY = false }: { env?: NodeJS.ProcessEnv; isTTY?: boolean } = {},
): Promise<Ran> {
  const [stdout, stderr] = [stream(isTTY), stream(isTTY)];
  const around: Surroundings = {
    argv: typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line,
    env,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
  };
  const all = Array.isArray(commands) ? (commands as readonly Command[]) : [commands as Command];
  const code = await execute({ name: "tool", summary: "a tool", version: "1.2.3", commands: all }, around);
  // A stream hands its data over in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A command with one flag of each kind; what it was run with is kept. */
function spy(result: Result = {}): Command & { readonly runs: CommandContext[] } {
  const runs: CommandContext[] = [];
  const command = defineCommand({
    name: "go",
    summary: "goes",
    arguments: [
      { name: "place", help: "where to" },
      { name: "more", help: "and then", many: true },
    ],
    flags: {
      "dry-run": { type: "boolean", help: "only look" },
      "no-wait": { type: "boolean", help: "don't wait" },
      "max-speed": { type: "number", value: "n", default: 5, minimum: 2, help: "how fast" },
      count: { type: "number", value: "n", help: "how often" },
      "home-region": { type: "string", value: "name", help: "where from" },
      mode: { type: "string", value: "mode", choices: ["walk", "run"], default: "walk", help: "how" },
      "tag-keys": { type: "list", value: "keys", help: "which" },
    },
    run: async (context) => {
      runs.push(context as unknown as CommandContext);
      return result;
    },
  });
  return { ...command, runs };
}
const failing = (thrown: unknown): Command => ({
  name: "go",
  summary: "goes",
  run: () => Promise.reject(thrown),
});
const documentOf = ({ stdout }: Ran): unknown => JSON.parse(stdout);

describe("flags", () => {
  it("arrive under their own names, in the types that were declared", async () => {
    const command = spy();
    const line =
      "go --dry-run --no-wait --max-speed 7 --count=0 --home-region eu-west-1 --mode run --tag-keys a --no-color";
    expect((await run(command, line)).code).toBe(0);
    expect(command.runs[0]?.flags).toEqual({
      "dry-run": true,
      "no-wait": true,
      "max-speed": 7,
      count: 0,
      "home-region": "eu-west-1",
      mode: "run",
      "tag-keys": ["a"],
      file: "bulkhead.yaml",
      output: "text",
      concurrency: 20,
      profile: undefined,
      region: undefined,
      quiet: false,
      verbose: false,
      "no-color": true,
    });
  });

  it("have their defaults where they are left out: false, an empty list, undefined, or what was declared", async () => {
    const command = spy();
    await run(command, "go");
    expect(command.runs[0]?.flags).toMatchObject({
      "dry-run": false,
      "no-wait": false,
      "max-speed": 5,
      count: undefined,
      "home-region": undefined,
      mode: "walk",
      "tag-keys": [],
      "no-color": false,
    });
  });

  it("are collected into a list from commas and repeats", async () => {
    const command = spy();
    await run(command, ["go", "--tag-keys", "a, b,", "--tag-keys", "c"]);
    expect(command.runs[0]?.flags).toMatchObject({ "tag-keys": ["a", "b", "c"] });
  });

  it("can stand before and after the words", async () => {
    const command = spy();
    await run(command, "go --dry-run here --count 3 there");
    expect(command.runs[0]).toMatchObject({ args: ["here", "there"], flags: { "dry-run": true, count: 3 } });
  });
});

describe("what is emitted", () => {
  const following: Command = {
    name: "go",
    summary: "goes",
    run: async ({ emit }) => {
      for (const line of ["one", "two"]) emit({ document: { line }, text: () => line });
      return {};
    },
  };

  it.each([
    ["go", "one\ntwo\n"],
    ["go --output json", '{"line":"one"}\n{"line":"two"}\n'],
  ])("%s: is shown at once, a line each", async (line, stdout) => {
    expect(await run(following, line)).toMatchObject({ code: 0, stdout });
  });
});

describe("words after --", () => {
  it("reach the command as they are", async () => {
    const command = spy();
    expect((await run(command, "go here -- ls -l --dry-run --output json")).code).toBe(0);
    expect(command.runs[0]?.args).toEqual(["here", "ls", "-l", "--dry-run", "--output", "json"]);
    expect(command.runs[0]?.flags).toMatchObject({ "dry-run": false, output: "text" });
  });
});

describe("wrong words", () => {
  const few = {
    name: "few",
    summary: "takes one",
    arguments: [{ name: "a", help: "the one", required: true }],
    run: jest.fn<Command["run"]>(),
  };
  it.each([
    [
      "an unknown flag, with a suggestion",
      "go --dry-rnu",
      "Usage.UnknownOption",
      /--dry-rnu.*\n {2}Did you mean --dry-run\?/,
    ],
    ["an unknown common flag, with a suggestion", "go --regoin x", "Usage.UnknownOption", /Did you mean --region\?/],
    ["an unknown flag that is like none", "go --zzzzzz", "Usage.UnknownOption", /--zzzzzz.*\n {2}See --help\./],
    ["an unknown command, with a suggestion", "goo", "Usage.UnknownCommand", /goo.*\n {2}Did you mean go\?/],
    ["a value that isn't among the choices", "go --mode fly", "Usage.InvalidArgument", /fly.*walk, run/],
    ["an output that isn't known", "go --output yaml", "Usage.InvalidArgument", /yaml.*text, json, markdown/],
    ["a word instead of a number", "go --count many", "Usage.InvalidArgument", /many.*whole number of at least 0/],
    ["a number below the minimum", "go --max-speed 1", "Usage.InvalidArgument", /1.*at least 2/],
    ["a fraction", "go --count 1.5", "Usage.InvalidArgument", /1\.5.*whole number/],
    ["a hexadecimal number", "go --count 0x10", "Usage.InvalidArgument", /0x10.*whole number/],
    ["a negative number", "go --count=-1", "Usage.InvalidArgument", /-1.*at least 0/],
    ["an empty number", "go --count=", "Usage.InvalidArgument", /whole number/],
    ["no side by side at all", "go --concurrency 0", "Usage.InvalidArgument", /at least 1/],
    ["a flag without its value", "go --home-region", "Usage.OptionMissingArgument", /--home-region/],
    ["a word missing", "few", "Usage.MissingArgument", /'a'/],
    ["a word too many", "few a b", "Usage.ExcessArguments", /too many/i],
  ])("%s: an error, and nothing runs", async (_, line, code, message) => {
    const command = spy();
    const ran = await run([command, few], line);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toContain(`(${code})`);
    expect(command.runs).toEqual([]);
    expect(few.run).not.toHaveBeenCalled();
  });

  it("are a document too, where JSON is asked for", async () => {
    for (const line of ["go --output json --dry-rnu", "go --dry-rnu --output=json"]) {
      const ran = await run(spy(), line);
      expect(documentOf(ran)).toMatchObject({
        kind: "error",
        errors: [{ code: "Usage.UnknownOption", fault: "user", next: "Did you mean --dry-run?" }],
      });
      expect(ran.stderr).toContain("--dry-rnu");
    }
  });

  it("are checked word by word against an argument's choices", async () => {
    const stages: Command = { ...spy(), arguments: [{ name: "stage", help: "", many: true, choices: ["a", "b"] }] };
    expect((await run(stages, "go a b a")).code).toBe(0);
    expect(await run(stages, "go a c")).toMatchObject({ code: 1, stderr: expect.stringMatching(/c.*a, b/) });
  });
});

describe("groups", () => {
  const inner = spy();
  const group: CommandGroup = {
    name: "accounts",
    summary: "accounts of the organization",
    commands: [{ name: "deep", summary: "deeper", commands: [inner] }],
  };

  it("lead to their commands", async () => {
    expect((await run(group, "accounts deep go there")).code).toBe(0);
    expect(inner.runs[0]?.args).toEqual(["there"]);
  });

  it("show their help on stderr and fail without one", async () => {
    const ran = await run(group, "accounts");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("Usage: tool accounts");
    expect(ran.stderr).toContain("deep");
  });

  it("suggest among their own", async () => {
    expect((await run(group, "accounts dep")).stderr).toContain("Did you mean deep?");
  });
});

describe("--help and --version", () => {
  it("show every flag on stdout and run nothing", async () => {
    const command = spy();
    const ran = await run(command, "go --help");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    for (const part of [
      "[place] [more...]",
      "--dry-run",
      "--max-speed <n>",
      "default: 5",
      '"walk", "run"',
      "--output",
    ]) {
      expect(ran.stdout).toContain(part);
    }
    expect(command.runs).toEqual([]);
  });

  it("print the version alone", async () => {
    expect(await run(spy(), "--version")).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });
});

describe("a result", () => {
  const result: Result = {
    document: { kind: "thing", version: 1, items: ["a"] },
    text: (style) => style.added("one item"),
    markdown: () => "- one item",
  };

  it("is text by default, with one line end", async () => {
    expect(await run(spy(result), "go")).toEqual({ code: 0, stdout: "one item\n", stderr: "" });
    expect((await run(spy({ text: () => "ends\n" }), "go")).stdout).toBe("ends\n");
    expect((await run(spy(), "go")).stdout).toBe("");
  });

  it("is one document as JSON, whatever is reported meanwhile", async () => {
    const command: Command = {
      ...spy(),
      run: async ({ report, terminal }) => {
        report({ type: "warning", message: "careful" });
        report({ type: "progress", task: "reading", done: 1, total: 1 });
        terminal.show(() => "shown");
        return result;
      },
    };
    const ran = await run(command, "go --output json");
    expect(documentOf(ran)).toEqual({ kind: "thing", version: 1, items: ["a"] });
    expect(ran.stderr).toBe("! careful\nreading 1/1\nshown\n");
  });

  it("is Markdown, or the text in a code block", async () => {
    expect((await run(spy(result), "go --output markdown", { isTTY: true })).stdout).toBe("- one item\n");
    const { stdout } = await run(spy({ text: result.text! }), "go --output markdown", { isTTY: true });
    expect(stdout).toBe("```\none item\n```\n");
  });

  it("says that there is no JSON, where a command has none", async () => {
    const ran = await run(spy({ text: () => "done" }), "go --output json");
    expect(ran.code).toBe(1);
    expect(documentOf(ran)).toMatchObject({ errors: [{ code: "Usage.NoJson" }] });
  });

  it("is nothing in any format, where there is nothing to show", async () => {
    expect(await run(spy({ exitCode: 7 }), "go --output json")).toEqual({ code: 7, stdout: "", stderr: "" });
  });

  it("sets the exit code", async () => {
    expect((await run(spy({ exitCode: 2 }), "go")).code).toBe(2);
  });
});

describe("colours", () => {
  const command = (): Command => spy({ text: (style) => style.added("new") });
  const green = "\u001b[32mnew\u001b[39m\n";

  it.each([
    ["on a terminal", "go", {}, true, green],
    ["not elsewhere", "go", {}, false, "new\n"],
    ["not with --no-color", "go --no-color", {}, true, "new\n"],
    ["not with NO_COLOR", "go", { NO_COLOR: "1" }, true, "new\n"],
    ["with an empty NO_COLOR", "go", { NO_COLOR: "" }, true, green],
  ])("%s", async (_, line, env, isTTY, expected) => {
    expect((await run(command(), line, { env, isTTY })).stdout).toBe(expected);
  });

  it("follow the same rules in errors", async () => {
    const fail = failing(new Error("no"));
    expect((await run(fail, "go", { isTTY: true })).stderr).toContain("\u001b[");
    for (const line of ["go --no-color", "go --no-color --unknown"]) {
      expect((await run(fail, line, { isTTY: true })).stderr).not.toContain("\u001b[");
    }
  });
});

describe("progress", () => {
  const command: Command = {
    ...spy(),
    run: async ({ report }) => {
      report({ type: "outcome", status: "done", subject: "a", message: "created a" });
      report({ type: "warning", message: "careful" });
      report({ type: "detail", message: "a call" });
      return {};
    },
  };

  it.each([
    ["go", "✓ created a\n! careful\n"],
    ["go --verbose", "✓ created a\n! careful\na call\n"],
    ["go --quiet", "! careful\n"],
  ])("%s", async (line, expected) => expect((await run(command, line)).stderr).toBe(expected));
});

describe("a failure", () => {
  const error = new BulkheadError({
    code: "Area.Reason",
    fault: "user",
    message: "wrong",
    next: "Mend it.",
    where: { file: "bulkhead.yaml", line: 3, column: 5 },
    cause: new Error("below"),
  });

  it("is one clear message on stderr", async () => {
    expect(await run(failing(error), "go")).toEqual({
      code: 1,
      stdout: "",
      stderr: "error bulkhead.yaml:3:5: wrong (Area.Reason)\n  Mend it.\n",
    });
  });

  it("has a stack, and its cause's, only with --verbose", async () => {
    const { stderr } = await run(failing(error), "go --verbose");
    expect(stderr).toMatch(/BulkheadError: wrong\n\s+at /);
    expect(stderr).toContain("caused by Error: below");
  });

  it("is a document on stdout as JSON", async () => {
    const ran = await run(failing(error), "go --output json");
    expect(ran.code).toBe(1);
    expect(documentOf(ran)).toEqual({
      kind: "error",
      version: 1,
      errors: [
        {
          code: "Area.Reason",
          fault: "user",
          message: "wrong",
          next: "Mend it.",
          where: { file: "bulkhead.yaml", line: 3, column: 5 },
        },
      ],
    });
    expect(ran.stderr).toContain("wrong");
  });

  it("that nobody foresaw is a defect", async () => {
    const ran = await run(failing(new TypeError("x is undefined")), "go --output json");
    expect(documentOf(ran)).toMatchObject({ errors: [{ code: "Internal.Unexpected", fault: "internal" }] });
    expect(ran.stderr).toContain("x is undefined (Internal.Unexpected)");
  });

  it("takes the live line away first", async () => {
    const command: Command = {
      ...spy(),
      run: async ({ report }) => {
        report({ type: "progress", task: "reading", done: 1, total: 3 });
        throw error;
      },
    };
    const { stderr } = await run(command, "go --no-color", { isTTY: true });
    expect(stderr).toMatch(/^reading 1\/3\r\u001b\[Kerror /);
  });
});

it("leaves no listener for signals behind", async () => {
  const before = process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
  await run(spy(), "go");
  await run(failing(new Error("no")), "go");
  expect(process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")).toBe(before);
});
