/** What git has checked out. In CI, where a commit is checked out and no branch, the job's own variables name the branch. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { NotThere, type LookupContext } from "./lookup.ts";

const run = promisify(execFile);

/** @throws NotThere */
export async function lookUpGit(what: "commit" | "branch", { env }: LookupContext): Promise<string> {
  if (what === "commit") return git("rev-parse", "HEAD");
  const named = env["GITHUB_HEAD_REF"] || env["GITHUB_REF_NAME"] || env["CI_COMMIT_REF_NAME"];
  const branch = named ?? (await git("rev-parse", "--abbrev-ref", "HEAD"));
  if (branch === "HEAD") throw new NotThere("no branch is checked out");
  return branch;
}

async function git(...args: string[]): Promise<string> {
  try {
    return (await run("git", args)).stdout.trim();
  } catch {
    throw new NotThere("git has no answer here");
  }
}
