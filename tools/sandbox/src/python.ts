// Finds or makes the Python that runs a simulator, with exactly the packages of its requirements file.
//
// The packages go to a folder of their own (`pip install --target`), not to a venv: such a folder can be built
// elsewhere and renamed into place, so two processes that start at once can't see half of it.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const PACKAGE_ROOT = join(import.meta.dirname, "..");
const CACHE = join(PACKAGE_ROOT, "..", "..", ".cache");
const MARKER = "sandbox-python.json";
const CANDIDATES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/** A simulator's packages. */
export interface PythonPackages {
  /** The requirements file, which pins them all. */
  readonly requirements: string;
  /** The simulator among them, by the name that pip knows. */
  readonly main: string;
  /** A module that the simulator's server needs and that may be missing where the simulator itself was installed. */
  readonly server: string;
}

export const motoPackages: PythonPackages = { requirements: "requirements.txt", main: "moto", server: "flask_cors" };
// In a folder of its own: it needs another botocore than moto.
export const ministackPackages: PythonPackages = {
  requirements: "requirements-ministack.txt",
  main: "ministack",
  server: "hypercorn",
};

/** How to start a Python that has the packages. */
export interface Python {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PROBE = `
import importlib.metadata, importlib.util, json, os, sys
main, server = sys.argv[1:]
try: found = importlib.metadata.version(main) if importlib.util.find_spec(server) else None
except importlib.metadata.PackageNotFoundError: found = None
print(json.dumps({"executable": os.path.realpath(sys.executable), "version": sys.version_info[:2], "main": found}))
`;

interface Probed {
  readonly executable: string;
  readonly version: readonly [number, number];
  /** The version of the simulator, where it is there already. */
  readonly main: string | null;
}

/** Finds a Python with the pinned packages; installs them under `.cache/` the first time, and never again. */
export async function findPython(wanted: PythonPackages = motoPackages): Promise<Python> {
  const file = join(PACKAGE_ROOT, wanted.requirements);
  const requirements = await readFile(file, "utf8");
  const hash = createHash("sha256").update(requirements).digest("hex").slice(0, 12);
  const packages = join(CACHE, `sandbox-python-${hash}`);
  const installed = await readInstalled(packages);
  if (installed !== undefined) return installed;

  const found = await probeAll(wanted);
  const ready = found.find(({ main }) => requirements.split("\n").includes(`${wanted.main}==${String(main)}`));
  if (ready !== undefined) return { executable: ready.executable, args: [], env: {} };

  const python = found[0];
  if (python === undefined) {
    throw new Error(
      "The sandbox needs Python 3.10 or newer. Install it, e.g. with: apt-get install python3 python3-venv",
    );
  }
  await install(python.executable, file, packages);
  return isolated(python.executable, packages);
}

/** `-S` leaves out the machine's own site-packages, whose versions could differ. */
function isolated(executable: string, packages: string): Python {
  return { executable, args: ["-S"], env: { PYTHONPATH: packages } };
}

async function readInstalled(packages: string): Promise<Python | undefined> {
  try {
    const { executable } = JSON.parse(await readFile(join(packages, MARKER), "utf8")) as { executable: string };
    await access(executable, constants.X_OK);
    return isolated(executable, packages);
  } catch {
    return undefined;
  }
}

async function probeAll({ main, server }: PythonPackages): Promise<Probed[]> {
  const probed = await Promise.all(
    CANDIDATES.map(async (name) => {
      try {
        return [JSON.parse((await run(name, ["-c", PROBE, main, server])).stdout) as Probed];
      } catch {
        return [];
      }
    }),
  );
  return probed.flat().filter(({ version: [major, minor] }) => major === 3 && minor >= 10);
}

async function install(executable: string, requirements: string, packages: string): Promise<void> {
  const building = `${packages}.${randomUUID()}`;
  const helper = `${building}.venv`;
  try {
    await mkdir(building, { recursive: true });
    const pip = await findPip(executable, helper);
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--target", building, "-r", requirements];
    await run(pip, ["-m", "pip", "install", ...options], { env: { ...process.env, PIP_ROOT_USER_ACTION: "ignore" } });
    await writeFile(join(building, MARKER), JSON.stringify({ executable }));
    if ((await readInstalled(packages)) !== undefined) return;
    await rm(packages, { recursive: true, force: true });
    await rename(building, packages).catch(async (error: unknown) => {
      // Another process was first.
      if ((await readInstalled(packages)) === undefined) throw error;
    });
  } finally {
    await Promise.all([building, helper].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** A Python with pip: the one found, or else (Debian leaves pip out) a venv that lasts for this installation only. */
async function findPip(executable: string, helper: string): Promise<string> {
  try {
    await run(executable, ["-m", "pip", "--version"]);
    return executable;
  } catch {
    try {
      await run(executable, ["-m", "venv", helper]);
      return join(helper, "bin", "python3");
    } catch (cause) {
      const message = `${executable} has neither pip nor venv. Install one, e.g. with: apt-get install python3-venv`;
      throw new Error(message, { cause });
    }
  }
}
