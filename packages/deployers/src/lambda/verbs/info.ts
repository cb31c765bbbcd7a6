/** `info`: what a function is made of: its alias and versions, and the settings that run. Values of variables aren't shown. */

import { renderTable, type JsonObject, type Result, type Style } from "@bulkhead/core";
import { functionUnit } from "../../receipts/model.ts";
import { shortCommit, shortDigest, shortName } from "../../receipts/render.ts";
import { placeOf, type DeployRun } from "../../run.ts";
import { readFunction, readVersions } from "../actual.ts";
import { digestOfCodeSha256 } from "../bundle/digest.ts";
import type { FoundVersion, FunctionDeclaration } from "../model.ts";
import { percent } from "../traffic/state.ts";
import { openFunctions, type Opened } from "./open.ts";

interface Info {
  readonly key: string;
  readonly name: string;
  readonly exists: boolean;
  readonly alias: string;
  readonly version: string | null;
  /** Percentages of other versions. */
  readonly weights: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly variables: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly { readonly version: string; readonly digest: string }[];
  /** By the last receipt. */
  readonly commit: string | null;
  readonly who: string | null;
  readonly at: string | null;
}

export async function runInfo(run: DeployRun): Promise<Result> {
  const opened = openFunctions(run);
  const infos = await Promise.all(opened.functions.map((declaration) => infoOf(opened, declaration)));
  return {
    document: { kind: "function-info", version: 1, ...placeOf(run), functions: infos as unknown as JsonObject[] },
    text: (style) => infos.map((info) => renderInfo(info, style)).join("\n\n"),
  };
}

async function infoOf({ client, book }: Opened, declaration: FunctionDeclaration): Promise<Info> {
  const { key, name, alias } = declaration;
  const [found, last] = await Promise.all([readFunction(client, name, alias), book.last(functionUnit(declaration))]);
  const versions = found ? await readVersions(client, name) : [];
  const shown = found?.live ?? found?.latest;
  return {
    ...{ key, name, alias },
    exists: found !== null,
    version: found?.alias?.version ?? null,
    weights: Object.fromEntries(
      [...(found?.alias?.weights ?? [])].map(([version, share]) => [version, percent(share)]),
    ),
    settings: shown ? settingsOf(shown) : {},
    variables: [...(shown?.configuration.environment.keys() ?? [])].sort(),
    tags: Object.fromEntries(found?.tags ?? []),
    versions: versions.map(({ version, codeSha256 }) => ({ version, digest: digestOfCodeSha256(codeSha256) })),
    commit: last?.to?.commit ?? null,
    who: last?.who ?? null,
    at: last?.at ?? null,
  };
}

function settingsOf({ configuration }: FoundVersion): Readonly<Record<string, string>> {
  const { environment, ...plain } = configuration;
  void environment;
  return Object.fromEntries(
    Object.entries(plain).flatMap(([name, value]) => {
      const text = Array.isArray(value) ? value.join(", ") : String(value);
      return text === "" ? [] : [[name, text]];
    }),
  );
}

function renderInfo(info: Info, style: Style): string {
  const { name, alias, version, weights, settings, variables, tags, versions, commit, who, at } = info;
  if (!info.exists) return `${style.bold(name)}  doesn't exist`;
  const section = (title: string, entries: Readonly<Record<string, string>>): string[] =>
    Object.keys(entries).length === 0
      ? []
      : [style.dim(title), ...Object.entries(entries).map(([key, value]) => `    ${key} = ${value}`)];
  const shares = Object.entries(weights).map(([other, share]) => `, version ${other}: ${share}`);
  const running = version === null ? `no alias ${alias}` : `${alias} → version ${version}${shares.join("")}`;
  const deployed = at === null ? [] : [`  commit ${shortCommit(commit)}, ${shortName(who ?? "")}, ${at}`];
  const rows = versions.map((one) => [one.version, shortDigest(one.digest), one.version === version ? alias : ""]);
  return [
    `${style.bold(name)}  ${running}`,
    ...deployed,
    ...section("  Settings", settings),
    ...(variables.length === 0 ? [] : [style.dim("  Environment variables"), `    ${variables.join(", ")}`]),
    ...section("  Tags", tags),
    renderTable(["Version", "Code", "Alias"], rows, style),
  ].join("\n");
}
