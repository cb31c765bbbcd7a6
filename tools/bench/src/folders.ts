/** Where the bench keeps what it builds and installs, and folders that last for one piece of work. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const workspace = join(import.meta.dirname, "../../..");
export const cache = join(workspace, ".cache");

export interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** An empty folder that is removed in the end. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "bulkhead-bench-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
