/** One function of TypeScript, with a client of the AWS SDK, made into a zip: its size, and the time that it takes. */

import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchCase, Figure, Row } from "../bench-case.ts";
import { temporaryFolder, workspace } from "../folders.ts";
import { median, runProgram, type Program } from "../measure.ts";
import { installOsls, oslsName } from "../peers/osls.ts";
import { tryPeer } from "../peers/peer.ts";

const modules = join(workspace, "node_modules");
const source = `import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { parse } from "yaml";

const s3 = new S3Client({});
export const handler = async (event: { body: string }): Promise<object> => {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return { order: parse(event.body) as object, buckets: Buckets.length };
};
`;

interface Measured {
  readonly kilobytes: number;
  readonly seconds: number;
}

/** In a folder with the function and its packages. @returns what makes the zip, and where it lies then */
type Tool = (folder: string) => Promise<{ readonly program: Program; readonly zip: string }>;

export const bundle: BenchCase = {
  name: "bundle of a function",
  run: async ({ cli, repeat, peers }) => {
    const ours = await measureTool(ourTool(cli), repeat);
    const rows: Row[] = [];
    for (const [peerName, tool] of peers ? peerTools : []) {
      const found = await tryPeer(peerName, () => measureTool(tool, repeat));
      const figure = (of: (measured: Measured) => number): Figure => ("peer" in found ? of(found.peer) : found.missing);
      rows.push(
        { what: "size of the zip", unit: "kB", ours: ours.kilobytes, peerName, peer: figure((it) => it.kilobytes) },
        { what: "time", unit: "s", ours: ours.seconds, peerName, peer: figure((it) => it.seconds) },
      );
    }
    if (rows.length > 0) return rows;
    return [
      { what: "size of the zip", unit: "kB", ours: ours.kilobytes },
      { what: "time", unit: "s", ours: ours.seconds },
    ];
  },
};

const ourTool =
  (cli: string): Tool =>
  async (cwd) => {
    const zip = join(cwd, "ours.zip");
    const args = ["deploy", "lambda", "bundle", "--code", "src/orders.ts", "--runtime", "nodejs22.x", "--out", zip];
    return { program: { command: process.execPath, args: [cli, ...args], env: {}, cwd }, zip };
  };

/** The steps that many have in a script. */
const esbuildAndZip: Tool = async (cwd) => {
  const esbuild = `${join(modules, "esbuild/bin/esbuild")} src/orders.ts --bundle --minify --platform=node`;
  const script = `${esbuild} --target=node22 --log-level=error --outfile=orders.js && zip -q -9 esbuild.zip orders.js`;
  return { program: { command: "sh", args: ["-c", script], env: {}, cwd }, zip: join(cwd, "esbuild.zip") };
};

const osls: Tool = async (cwd) => {
  const peer = await installOsls();
  await peer.init(cwd, "src/orders.handler");
  return { program: peer.bundle({}, cwd), zip: join(cwd, ".serverless/app.zip") };
};

const peerTools: readonly (readonly [string, Tool])[] = [
  [oslsName, osls],
  ["esbuild --minify, zip -9", esbuildAndZip],
];

async function measureTool(tool: Tool, repeat: number): Promise<Measured> {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "src"));
  await writeFile(join(folder.path, "src/orders.ts"), source);
  await writeFile(join(folder.path, "package.json"), '{ "name": "app", "version": "1.0.0", "type": "module" }');
  await symlink(modules, join(folder.path, "node_modules"));
  const { program, zip } = await tool(folder.path);
  const times: number[] = [];
  while (times.length < repeat) {
    const { exitCode, seconds, stderr } = await runProgram(program);
    if (exitCode !== 0) throw new Error(`${program.args.join(" ")} ended with ${String(exitCode)}: ${stderr}`);
    times.push(seconds);
  }
  return { kilobytes: (await stat(zip)).size / 1000, seconds: median(times) };
}
