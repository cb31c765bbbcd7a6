/** Which shell somebody gets: pure. */

/** The shell of those who ask for none, or for one that the host doesn't have. */
export const usualShell = "/bin/bash";

/** They let nobody in, and not every host lists them. */
const closing = new Set(["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"]);

/** Whether the text can stand as a shell in the user database. */
export function isShell(text: string): boolean {
  return /^(\/[\w.+-]+)+$/.test(text);
}

/** @param shells those of /etc/shells; sshd refuses whoever has one that isn't there */
export function settledShell(wanted: string, shells: ReadonlySet<string>): string {
  return shells.has(wanted) || closing.has(wanted) ? wanted : usualShell;
}
