/** The errors of reads that can't even start. What happens later makes a read incomplete, and is told in its proof. */

import { BulkheadError } from "@bulkhead/core";

/** What Node says of a failed system call; of a connection that failed at several addresses it is only the code. */
export function reasonOf(cause: unknown): string {
  const { message, code } = (cause ?? {}) as { readonly message?: unknown; readonly code?: unknown };
  return [message, code].find((text) => typeof text === "string" && text !== "")?.toString() ?? String(cause);
}

export const badUrl = (url: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BadUrl",
    fault: "user",
    // What stands before an @ may be a password.
    message: `“${url.replace(/\/\/.*@/, "//…@")}” is not the address of a directory.`,
    next: "Give ldaps://HOST, ldap://HOST with startTls: true, or ldif:PATH; several servers are separated by spaces.",
  });

export const plaintextRefused = (url: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.Plaintext",
    fault: "user",
    message: `${url} would send the password and all people unencrypted.`,
    next: "Use ldaps://, or startTls: true (or, knowingly, allowPlaintext: true).",
  });

export const badFilter = (filter: string, position: number, problem: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BadFilter",
    fault: "user",
    message: `The filter ${filter} is wrong at character ${position}: ${problem}.`,
    next: "Write it as in RFC 4515, such as (&(objectClass=inetOrgPerson)(mail=*)); in values, escape ( ) * \\ as \\28 \\29 \\2a \\5c.",
  });

export const unsupportedFilter = (rule: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.UnsupportedFilter",
    fault: "user",
    message: `The matching rule “${rule}” can't be evaluated over an LDIF file.`,
    next: "Filter by something else: only the bit rules 1.2.840.113556.1.4.803 and .804 are known here.",
  });

export const badDn = (name: string, dn: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BadDn",
    fault: "user",
    message: `${name} is not a distinguished name: “${dn}”.`,
    next: "Write it as in RFC 4514, such as ou=people,dc=example,dc=com.",
  });

export const passwordMissing = (problem: string, cause?: unknown): BulkheadError =>
  new BulkheadError({
    code: "Directory.PasswordMissing",
    fault: "user",
    message: problem,
    next: "Check bindPassword. An empty password would sign in as nobody (RFC 4513 §5.1.2).",
    cause,
  });

export const caFileUnreadable = (file: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Directory.CaFileUnreadable",
    fault: "user",
    message: `The certificates to trust can't be used: ${reasonOf(cause)}`,
    next: "caFile names a PEM file.",
    where: { file },
    cause,
  });

export const ldifUnreadable = (file: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Directory.LdifUnreadable",
    fault: "user",
    message: `The LDIF file can't be read: ${reasonOf(cause)}`,
    next: "Check the path in url: ldif:PATH.",
    where: { file },
    cause,
  });

export const badLdif = (file: string, line: number, problem: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BadLdif",
    fault: "user",
    message: `The LDIF file is broken: ${problem}.`,
    next: "Export it anew, with `slapcat` or `ldapsearch -LLL` with the attributes * and + (RFC 2849).",
    where: { file, line },
  });

/** No answer, a connection that ended, or something that isn't LDAP: another server may do better. */
export const unreachable = (server: string, problem: string, cause?: unknown): BulkheadError =>
  new BulkheadError({
    code: "Directory.Unreachable",
    fault: "directory",
    message: `${server}: ${problem}`,
    next: "Check the address, the network and whether the directory is up.",
    cause,
  });

export const tlsFailed = (server: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Directory.TlsFailed",
    fault: "directory",
    message: `${server} can't be trusted: ${reasonOf(cause)}`,
    next: "Check the host name against the certificate, and caFile. Bulkhead doesn't go on without.",
    cause,
  });

export const bindRefused = (server: string, bindDn: string, answer: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BindRefused",
    fault: "user",
    message: `${server} doesn't let ${bindDn} in: ${answer}.`,
    next: "Check bindDn and bindPassword.",
  });

/** The server answered, and can't serve now: another may do better. */
export const unavailable = (server: string, request: string, answer: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.Unavailable",
    fault: "directory",
    message: `${server} refused ${request}: ${answer}.`,
    next: "Check the state of the directory, then try again.",
  });

export const boundAsNobody = (server: string, bindDn: string): BulkheadError =>
  new BulkheadError({
    code: "Directory.BoundAsNobody",
    fault: "directory",
    message: `${server} took the password of ${bindDn} but treats us as anonymous.`,
    next: "Check the password and the server's authorization rules: what nobody sees would look as if it were gone.",
  });
