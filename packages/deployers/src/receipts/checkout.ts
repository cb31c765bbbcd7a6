/** What a deployment is made from: the commit that git has checked out, and which of two commits comes first. */

import { git } from "../lookups/git.ts";
import { NotThere } from "../lookups/lookup.ts";
import type { Source } from "./model.ts";

/** Where there is no commit, there is no error either: not everybody deploys from a repository. */
export async function readCheckout(folder: string): Promise<Source> {
  const status = ["status", "--porcelain=v2", "--branch", "--untracked-files=no"];
  const text = (await answer(folder, "--no-optional-locks", ...status)) ?? "";
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text)?.[1] ?? null;
  // What git doesn't track (a job's own files, say) isn't of the commit, and doesn't make it another.
  return { commit, dirty: text.split("\n").some((line) => line !== "" && !line.startsWith("# ")) };
}

/**
 * Whether a commit comes before another in the history of the latter.
 * @returns undefined where git can't know: the other isn't here and can't be fetched, or the clone is cut off before
 */
export async function comesBefore(folder: string, commit: string, other: string): Promise<boolean | undefined> {
  if (commit === other) return false;
  const knows = (): Promise<boolean> => holds(folder, "cat-file", "-e", `${other}^{commit}`);
  if (!(await knows())) {
    // A job's clone is often older than the commit that has overtaken it.
    await answer(folder, "fetch", "--quiet", "--no-tags", "origin", other);
    if (!(await knows())) return undefined;
  }
  if (await holds(folder, "merge-base", "--is-ancestor", commit, other)) return true;
  if (await holds(folder, "merge-base", "--is-ancestor", other, commit)) return false;
  return (await answer(folder, "rev-parse", "--is-shallow-repository")) === "true" ? undefined : false;
}

async function holds(folder: string, ...args: string[]): Promise<boolean> {
  return (await answer(folder, ...args)) !== undefined;
}

async function answer(folder: string, ...args: string[]): Promise<string | undefined> {
  try {
    return await git(folder, ...args);
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}
