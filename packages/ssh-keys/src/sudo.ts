/** The file of sudo rules: who may become root, a line each. Pure. */

import type { Login } from "./login.ts";

const head = "# Written by Bulkhead, which puts every change by hand right again.";

/**
 * The rules' text (sudoers(5)). Names rather than a group: a session that is open keeps its groups, but not a rule that
 * is gone. No password is asked for, as people have none on the host. Checked names hold nothing that sudo would read
 * otherwise, so nothing is escaped.
 * @param logins sorted
 */
export function sudoRulesText(logins: readonly Login[]): string {
  return [head, ...logins.map((login) => `${login} ${rights}`), ""].join("\n");
}

const rights = "ALL=(ALL:ALL) NOPASSWD: ALL";

/** Who may become root by these lines. */
export function sudoers(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.filter((line) => line.endsWith(` ${rights}`)).map((line) => line.slice(0, -rights.length - 1)));
}
