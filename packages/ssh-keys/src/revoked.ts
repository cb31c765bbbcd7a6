/**
 * The file of revoked keys, which sshd asks before every login, whichever file allows the key: pure.
 *
 *   key                                          | in the file
 *   ---------------------------------------------+--------------------------------------
 *   somebody may sign in with it                 | no
 *   taken from somebody, and nobody has it now   | yes, and it stays
 *   in a line that isn't ours                    | as it was: an administrator's word
 *   a line of ours, or of a key file, without one| no: sshd refuses everybody for a line that it can't read
 *
 * sshd takes a list of public keys as well as a KRL (sshd_config(5), `RevokedKeys`); a list can be read and mended by hand.
 */

import { lineOf, parseKey } from "./keys.ts";

/** The comment by which a line is known as ours. */
const mark = "bulkhead";

/**
 * @param found the file's lines
 * @param taken lines of keys that are taken from somebody
 * @param inUse lines of keys with which somebody may sign in
 */
export function revokedKeysText(found: readonly string[], taken: Iterable<string>, inUse: ReadonlySet<string>): string {
  const others = found.filter((line) => !isOurs(line) && line !== "");
  const keys = new Set([...found.filter(isOurs).map(keyOf), ...taken].flatMap(asKey));
  const ours = [...keys].filter((key) => !inUse.has(key)).sort();
  return [...others, ...ours.map((key) => `${key} ${mark}`)].map((line) => `${line}\n`).join("");
}

function isOurs(line: string): boolean {
  return line.endsWith(` ${mark}`);
}

function asKey(line: string): readonly string[] {
  const key = parseKey(line);
  return typeof key === "string" ? [] : [lineOf(key)];
}

/** Whether it is no list but OpenSSH's own format (PROTOCOL.krl), which nothing can be added to here. */
export function isKrl([first]: readonly string[]): boolean {
  return first === "SSHKRL";
}

function keyOf(line: string): string {
  return line.slice(0, -mark.length - 1);
}
