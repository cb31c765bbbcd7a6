/** Who changes users and files of the system is root. */

import { notRoot } from "./errors.ts";

/** @throws Ssh.NotRoot */
export function requireRoot(): void {
  if (process.geteuid?.() !== 0) throw notRoot();
}
