/** Makes docs/reference from the code: commands and flags, error codes, the controls of the baseline. Without --write it checks that they are up to date. */

import { commands } from "../apps/cli/src/commands.ts";
import { controls } from "@bulkhead/baseline";
import { commonFlags, type Command, type CommandGroup, type Flags } from "@bulkhead/core";
import { globSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, exit, stderr } from "node:process";
import { format } from "prettier";
import { controlPage, controlsIndex, rightsPolicy } from "./reference-controls.ts";

const root = join(import.meta.dirname, "..");
const pages = {
  "commands.md": commandsPage(),
  "errors.md": await errorsPage(),
  "controls/README.md": controlsIndex(controls),
  "controls/rights.json": rightsPolicy(controls),
  ...Object.fromEntries(controls.map((control) => [`controls/${control.name}.md`, controlPage(control)])),
};

for (const [name, text] of Object.entries(pages)) {
  const file = join(root, "docs/reference", name);
  const wanted = await format(text, { parser: name.endsWith(".json") ? "json" : "markdown", printWidth: 120 });
  if (argv.includes("--write")) {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, wanted);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== wanted) {
    stderr.write(
      `docs/reference/${name} is not what the code says: run node --conditions=@bulkhead/source tools/reference.ts --write\n`,
    );
    exit(1);
  }
}

function commandsPage(): string {
  const sections = commands.flatMap((command) => describe(command, "bulkhead"));
  return [
    "# Commands",
    "",
    "Made from the code.",
    "",
    ...sections,
    "## Common flags",
    "",
    ...flagTable(commonFlags),
  ].join("\n");
}

function describe(command: Command | CommandGroup, prefix: string): string[] {
  const name = `${prefix} ${command.name}`;
  if ("commands" in command) return command.commands.flatMap((inner) => describe(inner, name));
  const words = (command.arguments ?? []).map(({ name: word, required, many }) => {
    const shown = `${word}${many ? " …" : ""}`;
    return required ? ` ${shown}` : ` [${shown}]`;
  });
  const heading = [`## \`${name}${words.join("")}\``, "", `${command.summary}.`, ""];
  const notes = (command.arguments ?? []).map(({ name: word, help, choices }) => {
    return `- \`${word}\`: ${help}${choices ? ` (${choices.join(", ")})` : ""}`;
  });
  return [...heading, ...notes, "", ...flagTable(command.flags ?? {}), ""];
}

function flagTable(flags: Flags): string[] {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const value = flag.type === "boolean" ? "" : ` ${flag.value}`;
    const choices = flag.type === "string" && flag.choices ? `: ${flag.choices.join(", ")}` : "";
    const fallback = "default" in flag && flag.default !== undefined ? ` (${flag.default})` : "";
    return `| \`--${name}${value}\` | ${flag.help}${choices}${fallback} |`;
  });
  return rows.length > 0 ? ["| flag | |", "| --- | --- |", ...rows] : [];
}

/** Codes stand in the code as literals, so that they can be searched for; AWS's own targets look alike. */
async function errorsPage(): Promise<string> {
  const packageOf = new Map<string, string>();
  for (const file of globSync("{packages,apps}/*/src/**/*.ts", { cwd: root }).sort()) {
    if (file.endsWith(".test.ts")) continue;
    const text = await readFile(join(root, file), "utf8");
    for (const [, code = ""] of text.matchAll(/"((?!Amazon)[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+)"/g)) {
      packageOf.set(code, packageOf.get(code) ?? file.split("/")[1] ?? "");
    }
  }
  const rows = [...packageOf].sort().map(([code, name]) => `| \`${code}\` | ${name} |`);
  const intro = [
    "Every error has a stable code. `Aws.*` codes that aren't here carry the name of AWS's own exception.",
    "`Usage.*` codes that aren't here (`UnknownCommand`, `UnknownOption`, `InvalidArgument`, `ExcessArguments`, …) say",
    "what is wrong with the command line; they carry the parser's own names, those of [commander](https://github.com/tj/commander.js).",
  ].join(" ");
  return ["# Error codes", "", intro, "", "| code | package |", "| --- | --- |", ...rows].join("\n");
}
