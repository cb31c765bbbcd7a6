/** The section `users`: the directory, and what its people and groups become in IAM. */

import * as z from "zod";
import {
  attributeTemplate,
  maxLeavers,
  namingTemplate,
  regularExpression,
  relativePath,
  tagKey,
} from "./schema-parts.ts";

const bindPassword = z.union(
  [
    z
      .strictObject({
        env: z.string().regex(/^[A-Za-z_]\w*$/, { error: "must be the name of an environment variable" }),
      })
      .describe("From an environment variable"),
    z.strictObject({ file: relativePath }).describe("From a file"),
    z
      .strictObject({
        secret: z.string().regex(/^arn:aws[\w-]*:secretsmanager:/, { error: "must be the ARN of a secret" }),
      })
      .describe("From AWS Secrets Manager"),
  ],
  { error: "must be { env: NAME }, { file: PATH } or { secret: ARN }: a secret never stands in this file" },
);

const directory = z
  .strictObject({
    url: z
      .string()
      .regex(/^(ldaps?:\/\/[^/@?\s]+\/?( +ldaps?:\/\/[^/@?\s]+\/?)*|ldif:.+)$/, {
        error: "must be ldaps://HOST, ldap://HOST or ldif:PATH, without a password",
      })
      .describe(
        "ldaps://HOST; ldap://HOST with startTls: true; several of these that hold the same, separated by spaces; or ldif:PATH",
      ),
    startTls: z.boolean().describe("Turn an ldap:// connection into an encrypted one").optional(),
    allowPlaintext: z.boolean().describe("Read passwords and people over an unencrypted connection").optional(),
    bindDn: z.string().min(1).describe("Who Bulkhead signs in as; anonymous without it").optional(),
    bindPassword: bindPassword.describe("Where the password is found").optional(),
    caFile: relativePath.describe("Certificates to trust, in PEM").optional(),
  })
  .refine((it) => !/^(ldaps.* )?ldap:/.test(it.url) || it.startTls === true || it.allowPlaintext === true, {
    path: ["url"],
    error: "would send passwords unencrypted: use ldaps://, or startTls: true (or, knowingly, allowPlaintext: true)",
  })
  .refine((it) => (it.bindDn === undefined) === (it.bindPassword === undefined), {
    error: "needs bindDn and bindPassword together, or neither",
  });

const people = z
  .strictObject({
    base: z.string().describe("DN below which people are found"),
    filter: z.string().describe("LDAP filter of people"),
    name: namingTemplate.describe("Name of the IAM user, from attributes: {uid}"),
    tags: z
      .record(
        tagKey.refine((key) => !/^bulkhead:/i.test(key), { error: "bulkhead: is reserved for Bulkhead" }),
        attributeTemplate,
      )
      .refine((tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length, {
        error: "has keys that differ in capitals only, which IAM takes for one",
      })
      .describe("Tags of the IAM user, from attributes: {mail}")
      .optional(),
    canary: z
      .string()
      .min(1)
      .describe("DN or filter of an entry that must be among the people: where it is missing, nobody is removed")
      .optional(),
  })
  .describe("Who becomes an IAM user");

const adopt = z
  .union(
    [
      z.literal("name"),
      z.strictObject({
        tag: tagKey.describe("Key of the tag that tells whose user it is"),
        value: attributeTemplate.describe("What the tag holds, from attributes: {mail}"),
      }),
    ],
    { error: "must be `name` or { tag, value }" },
  )
  .describe(
    "`name` or { tag, value }: by which IAM users that exist already are recognised and taken over; none without it",
  );

export const users = z
  .strictObject({
    directory: directory.describe("The directory that people come from"),
    people,
    groups: z
      .strictObject({
        base: z.string().describe("DN below which groups are found"),
        filter: z.string().describe("LDAP filter of groups"),
        name: z
          .strictObject({ match: regularExpression, to: z.string() })
          .describe("Name of the IAM group, from the directory's")
          .optional(),
      })
      .describe("Which groups become IAM groups"),
    path: z
      .string()
      .max(512, { error: "is longer than IAM's 512 characters" })
      // Without * and ?, which the policies that hold it would take for wildcards.
      .regex(/^\/([\w+=,.@-]+\/)*$/, {
        error: "must begin and end with /, and may hold letters, digits and _ + = , . @ - between",
      })
      .refine((path) => path !== "/", { error: "can't be /: all that the account holds would look like Bulkhead's" })
      .describe("IAM path of everything that Bulkhead owns here")
      .default("/people/"),
    maxLeavers: maxLeavers
      .describe("Above so many disabled or deleted at once, that very plan has to be approved")
      .default("10%"),
    adopt: adopt.optional(),
    auditLog: relativePath
      .describe("File to which every write adds a JSON line before and one after: who, what, why")
      .optional(),
    leavers: z
      .strictObject({ graceDays: z.int().nonnegative().describe("Days between disabling and deleting").default(30) })
      .prefault({}),
  })
  .describe("People: from a directory to IAM users and groups");
