/** The errors of keeping a host's users and keys in step with a directory. */

import { BulkheadError, clean } from "@bulkhead/core";

export const notConfigured = (section: "users" | "ssh", file: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.NotConfigured",
    fault: "user",
    message: `The landing zone file says nothing about ${section}.`,
    next:
      section === "ssh"
        ? "Add `ssh:` with the groups that may sign in, and where; see the README of @bulkhead/ssh-keys."
        : "Add `users:` with the directory that people come from; see the README of @bulkhead/ssh-keys.",
    where: { file },
  });

export const notRoot = (): BulkheadError =>
  new BulkheadError({
    code: "Ssh.NotRoot",
    fault: "user",
    message: "Only root may read and write the users and keys of this host.",
    next: "Run the command with sudo.",
  });

export const accountUnknown = (found: string | undefined): BulkheadError =>
  new BulkheadError({
    code: "Ssh.AccountUnknown",
    fault: "user",
    message:
      found === undefined
        ? "It isn't known which AWS account this host is in, so nobody can be let in or shut out."
        : `This host is in the AWS account ${found}, which the landing zone has no name for.`,
    next:
      found === undefined
        ? "Allow the instance metadata service, or name the account with --account."
        : "Bring bulkhead.lock.json beside the landing zone file up to date with `bulkhead refresh`.",
  });

export const noSuchAccount = (name: string, file: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.NoSuchAccount",
    fault: "user",
    message: `The landing zone has no account ${name}.`,
    next: "Give --account a name of the file.",
    where: { file },
  });

export const unsafePath = (path: string, problem: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.UnsafePath",
    fault: "user",
    message: `${path} ${problem}, so somebody else than root could change what sshd or sudo reads. Nothing was written there.`,
    next: "Find out who did that, then put it right: root's own, and writable for nobody else.",
  });

export const fileUnusable = (path: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Ssh.FileUnusable",
    fault: "user",
    message: `${path} can't be read or written: ${reasonOf(cause)}.`,
    next: "Is the disk full, or mounted read-only? What stood there before still stands.",
    cause,
  });

export const revokedKeysBinary = (path: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.RevokedKeysBinary",
    fault: "user",
    message: `${path} is a KRL, and Bulkhead can only add lines to a list of keys. The file was left as it is.`,
    next: "Write the public keys that it revokes there instead, one a line; `ssh-keygen -Q -l -f` shows what it holds.",
    where: { file: path },
  });

export const homeTaken = (home: string, owner: number, login: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.HomeTaken",
    fault: "user",
    message: `${home} is there already and belongs to UID ${owner}, whose files would run as ${login}. The user wasn't made.`,
    next: "Move the folder away, or give it to root; the next sync makes the user.",
  });

export const stateUnreadable = (path: string, problem: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.StateUnreadable",
    fault: "user",
    message: `Bulkhead's record of its users can't be used: ${problem}. Nothing was changed.`,
    next: "Restore the file from a backup. Without it nothing proves which users are Bulkhead's.",
    where: { file: path },
  });

export const stateLost = (path: string, group: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.StateLost",
    fault: "user",
    message: `The host has users in the group ${group}, and Bulkhead's record of them is gone. Nothing was changed.`,
    next: "Restore the file from a backup; or remove these users by hand, and the next sync makes them anew.",
    where: { file: path },
  });

export const toolMissing = (tool: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ToolMissing",
    fault: "user",
    message: `The host has no ${tool}.`,
    next:
      tool === "visudo"
        ? "Install sudo, or let no rule of ssh.access say `sudo: true`."
        : "Install the package `passwd` or `shadow-utils`.",
  });

/** @param said what the tool wrote on stderr */
export const toolFailed = (tool: string, said: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ToolFailed",
    fault: "user",
    message: `${tool} failed: ${clean(said.trim().split("\n").join("; ")) || reasonOf(cause)}`,
    next: "The next sync tries again.",
    cause,
  });

export const locked = (what: string, holder: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.Locked",
    fault: "user",
    message: `${what} is running on this host already (${holder}).`,
    next: "Wait until it is done, or stop it first.",
  });

export const approvesNothing = (approved: string, plan: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ApprovesNothing",
    fault: "user",
    message: `The plan ${approved} was approved, and this one is ${plan}: something has changed in between. Nothing was changed.`,
    next: "Look at `bulkhead ssh plan` again.",
  });

function reasonOf(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return String(code ?? message ?? cause);
}
