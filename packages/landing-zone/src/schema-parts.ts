/** What several sections of the landing zone file are made of: names, regions, templates, tags, selectors. */

import * as z from "zod";
import { placeholders, placeholdersOf, unknownPlaceholder } from "./template.ts";

/** A key of a section. It begins with a letter, so that JavaScript keeps the order in which names are written. */
export const name = z
  .string()
  .max(50, { error: "is longer than 50 characters" })
  .regex(/^[A-Za-z][A-Za-z0-9._-]*$/, { error: "must be letters, digits and . _ - and begin with a letter" });

/** `all` and `management` have a meaning of their own where an account is named. */
export const accountName = name.refine((text) => text !== "all" && text !== "management", {
  error: "is a reserved word, and no name for an account",
});

export const accountId = z.string().regex(/^\d{12}$/, { error: "must be the 12 digits of an account id" });
export const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: "must be a region, such as eu-central-1" });
export const relativePath = z.string().min(1);
export const regularExpression = z.string().refine(isRegularExpression, { error: "must be a regular expression" });
export const cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, { error: "must be a block, such as 10.0.0.0/8" });

/** Text with {account}, {team}, {environment} and {department} in it. */
export const template = z.string().check((context) => {
  const unknown = unknownPlaceholder(context.value);
  if (unknown === undefined) return;
  const known = placeholders.map((placeholder) => `{${placeholder}}`).join(", ");
  context.issues.push({
    code: "custom",
    input: context.value,
    message: `has a placeholder {${unknown}} that doesn't exist; there are ${known}`,
  });
});

/** An email address for several accounts; AWS wants another one for each. */
export const emailTemplate = template.refine((text) => text.includes("{account}"), {
  error: "must contain {account}: no two accounts may have one address",
});

/** RFC 4512 §2.5 */
const attributePattern = "[A-Za-z][A-Za-z0-9-]*";
export const attributeName = z
  .string()
  .regex(new RegExp(`^${attributePattern}$`), { error: "must be the name of an attribute, such as mail" });

/** Text with the attributes of a person in it, such as {mail}. */
export const attributeTemplate = z
  .string()
  .refine((text) => !/[{}]/.test(text.replaceAll(new RegExp(`\\{${attributePattern}\\}`, "g"), "")), {
    error: "must have names of attributes between its braces, such as {mail}",
  });

/** An attribute template that tells people apart. */
export const namingTemplate = attributeTemplate.refine((text) => placeholdersOf(text).length > 0, {
  error: "would be the same for everybody; write {uid}, say",
});

const ceilingError = { error: "must be a number, or a percentage such as 10%" };
/** A ceiling on how many may lose something at once. */
export const maxLeavers = z.union(
  [z.int().nonnegative(), z.string().regex(/^(\d|[1-9]\d|100)%$/, ceilingError)],
  ceilingError,
);

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagError = { error: "may hold letters, digits, spaces and _ . : / = + - @ only" };
export const tagKey = z
  .string()
  .min(1, { error: "a tag's key can't be empty" })
  .max(128, { error: "a tag's key has 128 characters at most" })
  .regex(tagText, tagError)
  .refine((key) => !/^aws:/i.test(key), { error: "aws: is reserved for AWS" });
export const tags = z.record(
  tagKey,
  z.string().max(256, { error: "a tag's value has 256 characters at most" }).regex(tagText, tagError),
);

const oneOrMore = (description: string) =>
  z
    .union([z.string(), z.array(z.string()).min(1)], { error: "must be a name or a list of names" })
    .describe(description);

export const selectorSchema = z
  .union(
    [
      z.string(),
      z.array(z.string()).min(1, { error: "names no account" }),
      z
        .strictObject({
          team: oneOrMore("Accounts of this team, or of one of these").optional(),
          environment: oneOrMore("Accounts of this environment, or of one of these").optional(),
          environments: oneOrMore("The same as environment").optional(),
          organizationalUnit: oneOrMore("Accounts in this organizational unit or below it").optional(),
          tag: z
            .record(z.string(), oneOrMore("The tag's value, or one of these"))
            .describe("Accounts that carry every one of these tags")
            .optional(),
        })
        .refine((keys) => Object.keys(keys).length > 0, { error: "chooses by nothing; write `all` for every account" })
        .refine((keys) => !(keys.environment && keys.environments), {
          error: "has both environment and environments: they mean the same",
        }),
    ],
    {
      error:
        "must be `all`, the name of an account, a list of names, or { team, environment, organizationalUnit, tag }",
    },
  )
  .describe("Which accounts: `all`, a name, a list of names, or { team, environment(s), organizationalUnit, tag }");

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
