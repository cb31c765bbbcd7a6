/**
 * What IAM takes: names, tags, sizes. Checked before anything is sent, so that a plan fails as a plan.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, names and tags there as well
 */

/** Longest names. */
const nameLength = { user: 64, group: 128, policy: 128 } as const;
const tagLength = 256;
const tagsOfUser = 50;
/** `bulkhead:person`, for leavers `bulkhead:left` and `bulkhead:keys`, and while they are deleted `bulkhead:mfa`. */
const ownTags = 4;
/** Of a managed policy, white space not counted. */
export const policyCharacters = 6_144;

/** What IAM has against a name, as a clause that goes on from it; undefined if nothing. */
export function nameFault(kind: keyof typeof nameLength, name: string): string | undefined {
  const longest = nameLength[kind];
  if (name === "") return "is empty";
  if (name.length > longest) return `has ${name.length} characters; IAM takes ${longest}`;
  const foreign = foreignCharacters(name, /[\w+=,.@-]/);
  return foreign && `has ${foreign}; IAM takes letters a to z, digits and _ + = , . @ - in names`;
}

/** What IAM has against the value of a tag, likewise. */
export function tagFault(value: string): string | undefined {
  if (value.length > tagLength) return `has ${value.length} characters; IAM takes ${tagLength}`;
  const foreign = foreignCharacters(value, /[\p{L}\p{Z}\p{N}_.:/=+\-@]/u);
  return foreign && `has ${foreign}; IAM takes letters, digits, spaces and _ . : / = + - @ in tags`;
}

/** Whether a user has room for all of these tags, and for those that leaving takes. */
export function tagsFit(keys: ReadonlySet<string>): boolean {
  const own = [...keys].filter((key) => key.startsWith("bulkhead:")).length;
  return keys.size - own + ownTags <= tagsOfUser;
}

/** Names that are one to IAM have the same key. */
export function caseless(name: string): string {
  return name.toLowerCase();
}

function foreignCharacters(text: string, allowed: RegExp): string | undefined {
  const foreign = new Set([...text].filter((character) => !allowed.test(character)));
  return foreign.size === 0 ? undefined : [...foreign].map((character) => JSON.stringify(character)).join(" ");
}
