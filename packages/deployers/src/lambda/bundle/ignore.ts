/** What of a folder isn't bundled: what never is, and what its `.bulkheadignore` names. */

import ignore from "ignore";

export const ignoreFile = ".bulkheadignore";

/** Leavings of tools, which differ from machine to machine. */
const always = [
  ".git",
  ".hg",
  ".svn",
  "__pycache__/",
  "*.py[cod]",
  ".mypy_cache/",
  ".pytest_cache/",
  ".ruff_cache/",
  ".venv/",
  "node_modules/.cache/",
  "node_modules/.package-lock.json",
  ".DS_Store",
  "Thumbs.db",
];

/**
 * Whether a path is left out.
 * @param rules text in .gitignore's syntax; a rule with ! brings back what is left out otherwise
 * @returns takes a path from the folder, with `/`; that of a folder ends with `/`
 */
export function ignoreRules(rules: string): (path: string) => boolean {
  const matcher = ignore({ ignorecase: false, allowRelativePaths: false }).add(always).add(rules).add(`/${ignoreFile}`);
  return (path) => matcher.ignores(path);
}
