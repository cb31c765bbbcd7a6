/** Patterns with `*` (any text) and `?` (any one character), as file globs and IAM policies write them. */

/** The regular expression of a pattern; it matches a whole text or not at all. */
export function wildcard(pattern: string, flags = ""): RegExp {
  const source = [...pattern].map((char) => (char === "*" ? ".*" : char === "?" ? "." : escaped(char))).join("");
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** The regular expression of a text that is taken as it is. */
export function literally(text: string, flags = ""): RegExp {
  return new RegExp(`^${[...text].map(escaped).join("")}$`, `s${flags}`);
}

function escaped(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}
