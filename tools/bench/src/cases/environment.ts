/** Finding out where one is: env-detect beside OpenTelemetry's detector for AWS, each in a network namespace of its own. */

import { execFile } from "node:child_process";
import { lstat, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { wanted, type BenchCase, type Figure, type Row } from "../bench-case.ts";
import { cache, temporaryFolder, workspace } from "../folders.ts";
import { median } from "../measure.ts";
import { tryPeer } from "../peers/peer.ts";

const run = promisify(execFile);
const peerVersion = "3.0.0";
const peerName = `@opentelemetry/resource-detector-aws ${peerVersion}`;
const runs = 9;

interface Took {
  readonly load: number;
  readonly detect: number;
  readonly account?: string;
}

export const environment: BenchCase = {
  name: "environment",
  run: async ({ progress }) => {
    await using folder = await temporaryFolder();
    progress("packing and installing");
    await installOurs(folder.path);
    const installed = await tryPeer(peerName, installPeer);
    const peerFolder = "peer" in installed ? installed.peer : undefined;
    const missing = "missing" in installed ? installed.missing : "";

    const rows: Row[] = [];
    const add = async (what: string, metadata: Metadata, figure: "load" | "detect", limit: number): Promise<void> => {
      progress(what);
      const ours = await measure("ours", folder.path, metadata, figure);
      const peer: Figure = peerFolder ? await measure("peer", peerFolder, metadata, figure) : missing;
      const met = wanted(`at most ${String(limit)} ms`, ours, (value) => value <= limit);
      rows.push({ what, unit: "ms", ours, peer, peerName, wanted: met });
    };
    await add("load", "none", "load", 5);
    await add("detect without network", "none", "detect", 1);
    await add("detect with IMDSv2", "answers", "detect", 50);
    await add("detect when IMDS hangs", "hangs", "detect", 300);
    const ours = await kilobytes(join(folder.path, "node_modules"));
    const peer: Figure = peerFolder ? await kilobytes(join(peerFolder, "node_modules")) : missing;
    rows.push({
      what: "installed",
      unit: "kB",
      ours,
      peer,
      peerName,
      wanted: wanted("below 60 kB", ours, (value) => value < 60),
    });
    return rows;
  },
};

type Metadata = "none" | "answers" | "hangs";

/** Median milliseconds over fresh processes. */
async function measure(
  which: "ours" | "peer",
  folder: string,
  metadata: Metadata,
  figure: "load" | "detect",
): Promise<number> {
  const probe = join(import.meta.dirname, "probe-environment.ts");
  const address = "ip link set lo up && ip addr add 169.254.169.254/32 dev lo";
  // Without an address for the metadata nothing answers there, as on a laptop that refuses at once.
  const script = `${metadata === "none" ? "ip link set lo up" : address} && exec "$@"`;
  const isolate = ["--map-root-user", "--net", "sh", "-c", script, "sh"];
  const endpoint = metadata === "none" ? {} : { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://169.254.169.254" };
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, ...endpoint };
  const times: number[] = [];
  while (times.length < runs) {
    const { stdout } = await run("unshare", [...isolate, process.execPath, probe, which, folder, metadata], {
      env,
      cwd: folder,
    });
    const took = JSON.parse(stdout) as Took;
    if (metadata === "answers" && took.account !== "222222222222")
      throw new Error(`${which} found account ${String(took.account)}`);
    times.push(took[figure]);
  }
  return median(times);
}

async function installOurs(folder: string): Promise<void> {
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: join(workspace, "packages/env-detect"),
  });
  await install(folder, join(folder, stdout.trim().split("\n").at(-1) ?? ""));
}

async function installPeer(): Promise<string> {
  const folder = join(cache, `bench-peers/opentelemetry-${peerVersion}`);
  const there = await stat(join(folder, "node_modules")).catch(() => undefined);
  if (there === undefined) {
    await mkdir(folder, { recursive: true });
    await install(
      folder,
      `@opentelemetry/resource-detector-aws@${peerVersion}`,
      "@opentelemetry/api",
      "@opentelemetry/core",
    );
  }
  return folder;
}

async function install(folder: string, ...packages: string[]): Promise<void> {
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", ...packages], {
    cwd: folder,
  });
}

async function kilobytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => lstat(join(folder, name))));
  const files = sizes.filter((file, index) => file.isFile() && names[index] !== ".package-lock.json");
  return files.reduce((sum, { size }) => sum + size, 0) / 1000;
}
