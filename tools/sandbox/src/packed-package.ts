// A package of this workspace as users get it: built, packed, and installed in an empty folder with those that it needs.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..", "..");
const SCOPE = "@bulkhead/";

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A project that has installed one package. */
export interface PackedPackage extends AsyncDisposable {
  /** The project's folder: what is run there finds the package by its name. */
  readonly project: string;
  /** Paths of the package's files, within it. */
  files(): Promise<readonly string[]>;
  /** Path of one of its commands. */
  bin(name: string): Promise<string>;
}

/** Packs the package in `packages/NAME`. It comes from this workspace, as do those that it needs, and from no registry. */
export async function installPacked(name: string): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-package-"));
  const project = join(folder, "project");
  const installed = (other: string): string => join(project, "node_modules", "@bulkhead", other);
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const names = await needed(name);
    const workspace = join(folder, "workspace");
    await copyWorkspace(workspace, names);
    await build(join(workspace, "packages", name));
    await Promise.all(names.map((other) => install(join(workspace, "packages", other), installed(other), folder)));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    project,
    files: async () => {
      const all = await readdir(installed(name), { recursive: true });
      return all.filter((file) => !file.startsWith("node_modules"));
    },
    bin: async (command) => join(installed(name), (await manifestOf(installed(name))).bin?.[command] ?? ""),
    [Symbol.asyncDispose]: dispose,
  };
}

/** The package and all of this workspace's that it needs, directly or not. */
async function needed(name: string, known = new Set<string>()): Promise<readonly string[]> {
  if (known.has(name)) return [...known];
  known.add(name);
  const { dependencies = {} } = await manifestOf(join(ROOT, "packages", name));
  for (const dependency of Object.keys(dependencies)) {
    if (dependency.startsWith(SCOPE)) await needed(dependency.slice(SCOPE.length), known);
  }
  return [...known];
}

/** Built in a copy, since others may be using what is built in the workspace itself. */
async function copyWorkspace(workspace: string, names: readonly string[]): Promise<void> {
  const modules = join(workspace, "node_modules");
  await mkdir(join(modules, "@bulkhead"), { recursive: true });
  for (const entry of await readdir(join(ROOT, "node_modules"))) {
    if (entry !== "@bulkhead") await symlink(join(ROOT, "node_modules", entry), join(modules, entry));
  }
  await cp(join(ROOT, "tsconfig.base.json"), join(workspace, "tsconfig.base.json"));
  for (const name of names) {
    const [from, to] = [join(ROOT, "packages", name), join(workspace, "packages", name)];
    await cp(from, to, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
    if (existsSync(join(from, "node_modules"))) await symlink(join(from, "node_modules"), join(to, "node_modules"));
    await symlink(to, join(modules, "@bulkhead", name));
  }
}

async function build(folder: string): Promise<void> {
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [compiler, "-b", folder]).catch(({ stdout }: { readonly stdout: string }) => {
    throw new Error(stdout);
  });
}

/** Unpacked where npm would, with just those packages of others beside it that it says it needs. */
async function install(from: string, to: string, tarballs: string): Promise<void> {
  await mkdir(to, { recursive: true });
  // npm takes what another npm set for the process that we run in (a prefix, a workspace) for its own settings.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_OPTIONS)/.test(key)));
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", tarballs], { cwd: from, env });
  await run("tar", ["-xzf", join(tarballs, stdout.trim()), "-C", to, "--strip-components=1"]);
  const { dependencies = {} } = await manifestOf(to);
  for (const dependency of Object.keys(dependencies).filter((it) => !it.startsWith(SCOPE))) {
    const found = [from, ROOT].map((it) => join(it, "node_modules", dependency)).find((it) => existsSync(it));
    if (found === undefined) throw new Error(`${dependency} isn't installed`);
    const link = join(to, "node_modules", dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(found, link);
  }
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}
