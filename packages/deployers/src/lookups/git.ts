/** What git has checked out. In CI, where a commit is checked out and no branch, the job's own variables name the branch. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { NotThere, type LookupContext } from "./lookup.ts";

const run = promisify(execFile);
/** Bytes of an answer. */
const largest = 64 * 1_024 * 1_024;

/** @throws NotThere */
export async function lookUpGit(
  what: "commit" | "branch",
  { env, folder }: Pick<LookupContext, "env" | "folder">,
): Promise<string> {
  if (what === "commit") return git(folder, "rev-parse", "HEAD");
  const named = env["GITHUB_HEAD_REF"] || env["GITHUB_REF_NAME"] || env["CI_COMMIT_REF_NAME"];
  const branch = named ?? (await git(folder, "rev-parse", "--abbrev-ref", "HEAD"));
  if (branch === "HEAD") throw new NotThere("no branch is checked out");
  return branch;
}

/** @throws NotThere: no git, no repository, no commit, or git's refusal */
export async function git(folder: string, ...args: string[]): Promise<string> {
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
    return (await run("git", args, { cwd: folder, env, maxBuffer: largest })).stdout.trim();
  } catch {
    throw new NotThere("git has no answer here");
  }
}
