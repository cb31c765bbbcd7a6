/** A peer written in Python, installed by pip with all it needs into a folder of its own. */

import { findPython } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { access, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cache } from "../folders.ts";

export interface PipPackage {
  readonly python: string;
  /** Where its modules are: PYTHONPATH. Python's -S leaves out the machine's own packages, whose versions could differ. */
  readonly packages: string;
}

/** Installs it the first time, and never again. */
export async function installPipPackage(name: string, version: string): Promise<PipPackage> {
  const { executable: python } = await findPython();
  const packages = join(cache, `bench-peers/${name}-${version}`);
  const installed = await access(packages).then(
    () => true,
    () => false,
  );
  if (!installed) {
    const building = `${packages}.${String(process.pid)}`;
    const options = ["--quiet", "--disable-pip-version-check", "--target", building];
    try {
      await promisify(execFile)(python, ["-m", "pip", "install", ...options, `${name}==${version}`]);
      await rename(building, packages);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  return { python, packages };
}
