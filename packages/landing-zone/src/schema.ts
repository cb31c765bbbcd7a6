/** The shape of the landing zone file: every section, key and default. What it can't say is checked while loading. */

import * as z from "zod";
import { placeholders, unknownPlaceholder } from "./template.ts";

/** A key of a section. It begins with a letter, so that JavaScript keeps the order in which names are written. */
const name = z
  .string()
  .max(50, { error: "is longer than 50 characters" })
  .regex(/^[A-Za-z][A-Za-z0-9._-]*$/, { error: "must be letters, digits and . _ - and begin with a letter" });

/** `all` and `management` have a meaning of their own where an account is named. */
const accountName = name.refine((text) => text !== "all" && text !== "management", {
  error: "is a reserved word, and no name for an account",
});

const accountId = z.string().regex(/^\d{12}$/, { error: "must be the 12 digits of an account id" });
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: "must be a region, such as eu-central-1" });
const relativePath = z.string().min(1);
const regularExpression = z.string().refine(isRegularExpression, { error: "must be a regular expression" });
const cidr = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, { error: "must be a block, such as 10.0.0.0/8" });

/** Text with {account}, {team}, {environment} and {department} in it. */
const template = z.string().check((context) => {
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
const emailTemplate = template.refine((text) => text.includes("{account}"), {
  error: "must contain {account}: no two accounts may have one address",
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagError = { error: "may hold letters, digits, spaces and _ . : / = + - @ only" };
const tags = z.record(
  z
    .string()
    .min(1, { error: "a tag's key can't be empty" })
    .max(128, { error: "a tag's key has 128 characters at most" })
    .regex(tagText, tagError)
    .refine((key) => !/^aws:/i.test(key), { error: "aws: is reserved for AWS" }),
  z.string().max(256, { error: "a tag's value has 256 characters at most" }).regex(tagText, tagError),
);

const oneOrMore = (description: string) =>
  z
    .union([z.string(), z.array(z.string()).min(1)], { error: "must be a name or a list of names" })
    .describe(description);

const selectorSchema = z
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

/** What environments, teams and accounts may all set; a team overrides its environment, an account its team. */
const settings = {
  organizationalUnit: template
    .describe("Path of the organizational unit, such as Workloads/{department}; Root is the top of the organization")
    .optional(),
  department: z
    .string()
    .regex(/^[^/{}]+$/, { error: "can't be empty or hold / { }: it becomes part of names" })
    .describe("What {department} stands for")
    .optional(),
  protected: z.boolean().describe("Destructive commands ask for more than --yes here").optional(),
  tags: tags.describe("Tags of the accounts, merged with those of the environment and team").optional(),
};

const accountSettings = {
  ...settings,
  email: template.describe("Address of the account's root user, when it isn't organization.accountEmail").optional(),
  id: accountId.describe("Id of an account that exists already and is taken over").optional(),
  accountName: z
    .string()
    .min(1)
    .max(50, { error: "is longer than AWS's 50 characters" })
    .describe("The account's name in AWS, where it isn't the name in this file")
    .optional(),
  previously: z.string().min(1).describe("The account's name until now: it is renamed, not created").optional(),
};

const account = z
  .strictObject({
    ...accountSettings,
    environment: z.string().describe("Stage of promotion that the account belongs to").optional(),
  })
  .describe("An account");

const organization = z
  .strictObject({
    managementAccountId: accountId.describe("Id of the organization's management account, in quotes"),
    homeRegion: region.describe("Where Bulkhead keeps what is regional"),
    regions: z.array(region).min(1).describe("Where accounts may work; only the home region by default").optional(),
    accountEmail: emailTemplate.describe("Address of every account's root user, such as aws+{account}@example.com"),
    accessRole: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/, { error: "must be the name of an IAM role" })
      .default("OrganizationAccountAccessRole")
      .describe("The role through which Bulkhead enters an account"),
    identityAccount: z.string().default("management").describe("The account that holds the IAM users, or `management`"),
    logArchiveAccount: z.string().describe("The account that holds the logs").optional(),
    quotas: z
      .strictObject({
        serviceControlPolicyCharacters: z.int().positive().default(10_240).describe("Longest policy that AWS accepts"),
        serviceControlPoliciesPerTarget: z
          .int()
          .positive()
          .default(10)
          .describe("Most policies on one target, AWS's own FullAWSAccess included"),
      })
      .prefault({})
      .describe("Quotas of AWS Organizations, where yours differ"),
  })
  .describe("The organization itself");

const trust = z
  .union(
    [
      z.strictObject({ account: z.string(), role: z.string() }).describe("A role of an account in this file"),
      z
        .strictObject({
          oidc: z.literal("github"),
          subject: z
            .string()
            // A subject without its owner would let any repository of the world in.
            .regex(/^repo:[\w.-]+\//, { error: "must begin with repo:OWNER/" })
            .describe("The token's subject, such as repo:example/*:ref:refs/heads/main"),
        })
        .describe("A GitHub Actions workflow"),
    ],
    { error: "must be { account, role } or { oidc, subject }" },
  )
  .describe("Who else may enter the role");

const role = z
  .strictObject({
    managedPolicies: z
      .array(
        z.string().regex(/^(arn:aws[\w-]*:iam::(aws|\d{12}):policy\/)?[\w+=,.@/-]+$/, {
          error: "must be a policy's name or ARN",
        }),
      )
      .describe("Names of AWS's managed policies, or ARNs")
      .optional(),
    inlinePolicy: relativePath.describe("Path of a JSON policy, relative to this file").optional(),
    accounts: selectorSchema.describe("Where the role exists; in every account by default").optional(),
    maxSessionHours: z.int().min(1).max(12).default(1).describe("Longest session, in hours (1 to 12)"),
    trust: z.array(trust).default([]).describe("Who may enter besides people with MFA"),
  })
  .describe("A preconfigured role");

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
      .regex(/^(ldaps?:\/\/[^/@?]+\/?|ldif:.+)$/, {
        error: "must be ldaps://HOST, ldap://HOST or ldif:PATH, without a password",
      })
      .describe("ldaps://HOST; ldap://HOST with startTls: true; or ldif:PATH"),
    startTls: z.boolean().describe("Turn an ldap:// connection into an encrypted one").optional(),
    allowPlaintext: z.boolean().describe("Read passwords and people over an unencrypted connection").optional(),
    bindDn: z.string().min(1).describe("Who Bulkhead signs in as; anonymous without it").optional(),
    bindPassword: bindPassword.describe("Where the password is found").optional(),
    caFile: relativePath.describe("Certificates to trust, in PEM").optional(),
  })
  .refine((it) => !it.url.startsWith("ldap://") || it.startTls === true || it.allowPlaintext === true, {
    path: ["url"],
    error: "would send passwords unencrypted: use ldaps://, or startTls: true (or, knowingly, allowPlaintext: true)",
  })
  .refine((it) => (it.bindDn === undefined) === (it.bindPassword === undefined), {
    error: "needs bindDn and bindPassword together, or neither",
  });

const users = z
  .strictObject({
    directory: directory.describe("The directory that people come from"),
    people: z
      .strictObject({
        base: z.string().describe("DN below which people are found"),
        filter: z.string().describe("LDAP filter of people"),
        name: z.string().describe("Name of the IAM user, from attributes: {uid}"),
        tags: z.record(z.string(), z.string()).describe("Tags of the IAM user, from attributes: {mail}").optional(),
      })
      .describe("Who becomes an IAM user"),
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
      .regex(/^\/([\x21-\x7e]+\/)?$/, { error: "must begin and end with /" })
      .describe("IAM path of everything that Bulkhead owns here")
      .default("/people/"),
    maxLeavers: z
      .union([z.int().nonnegative(), z.string().regex(/^(\d|[1-9]\d|100)%$/)], {
        error: "must be a number, or a percentage such as 10%",
      })
      .describe("Above so many disabled or deleted at once, that very plan has to be approved")
      .default("10%"),
    leavers: z
      .strictObject({ graceDays: z.int().nonnegative().describe("Days between disabling and deleting").default(30) })
      .prefault({}),
  })
  .describe("People: from a directory to IAM users and groups");

const network = z
  .strictObject({
    accounts: selectorSchema,
    pool: cidr.describe("The addresses that networks are cut from"),
    vpcPrefix: z.int().min(16).max(28).describe("Size of each VPC: 16 (65,536 addresses) to 28 (16)"),
    zones: z.int().min(1).max(6).describe("Availability Zones that each VPC spans"),
    nat: z.enum(["none", "single", "per-zone"]).default("none").describe("NAT gateways: none, one, or one a zone"),
    peerings: z
      .array(z.tuple([z.string(), z.string()]))
      .default([])
      .describe("Pairs of accounts whose VPCs are peered"),
  })
  .describe("A VPC for each account");

const baseline = z
  .strictObject({
    passwordPolicy: z
      .strictObject({ minimumLength: z.int().min(6).max(128).describe("Characters, 6 to 128") })
      .describe("Password policy of IAM users")
      .optional(),
    accountAlias: template.describe("Alias in the sign-in address, such as example-{account}").optional(),
    network: network.optional(),
  })
  .describe("What every account has");

const ssh = z
  .strictObject({
    access: z
      .array(
        z.strictObject({
          group: z.string().min(1),
          accounts: selectorSchema,
          sudo: z.boolean().default(false).describe("May become root"),
        }),
      )
      .describe("Which group may sign in to the instances of which accounts"),
  })
  .describe("Linux users and keys on EC2 instances");

/** The whole file, its includes merged in. */
export const landingZoneSchema = z
  .strictObject({
    version: z.literal(1, { error: "must be 1" }).describe("Version of this format: 1"),
    include: z
      .array(
        z
          .string()
          .min(1)
          .refine((pattern) => !pattern.startsWith("/") && !pattern.includes("**"), {
            error: "must be relative to this file, and * stays within one folder",
          }),
      )
      .describe("Further files, such as teams/*.yaml, merged into this one")
      .optional(),
    organization,
    environments: z
      .record(name, z.strictObject(settings).describe("A stage of promotion"))
      .describe("Stages of promotion, the first one first")
      .default({}),
    organizationalUnits: z
      .record(
        z.string().regex(/^[^{}]+$/, { error: "can't hold placeholders" }),
        z
          .strictObject({
            serviceControlPolicies: z.array(z.string()).describe("Names from serviceControlPolicies").default([]),
          })
          .describe("An organizational unit; Root is the top of the organization"),
      )
      .describe("Organizational units with policies, by path; those that accounts name need not be listed")
      .default({}),
    serviceControlPolicies: z
      .record(
        z.string().min(1).max(128, { error: "is longer than AWS's 128 characters" }),
        relativePath.describe("Path of a JSON policy, relative to this file"),
      )
      .describe("Service control policies by name")
      .default({}),
    accounts: z
      .record(accountName, account)
      .describe("Shared accounts, and whatever is out of the ordinary about a team's account")
      .default({}),
    teams: z
      .record(
        name,
        z
          .strictObject({
            ...settings,
            environments: z.array(z.string()).describe("An account {team}-{environment} for each").optional(),
            accounts: z.record(accountName, account).describe("Accounts with names of their own").optional(),
          })
          .describe("A team"),
      )
      .describe("Teams and their accounts")
      .default({}),
    roles: z
      .record(z.string().regex(/^[\w+=,.@-]{1,64}$/, { error: "must be the name of an IAM role" }), role)
      .describe("Preconfigured roles, in every account unless narrowed")
      .default({}),
    access: z
      .array(
        z
          .strictObject({
            group: z.string().min(1),
            roles: z.array(z.string()).min(1).describe("Names from roles"),
            accounts: selectorSchema,
          })
          .describe("Which group may enter which roles, where"),
      )
      .describe("Who may enter what")
      .default([]),
    users: users.optional(),
    baseline: baseline.optional(),
    ssh: ssh.optional(),
  })
  .describe("A Bulkhead landing zone");

/** The file as it was written, with defaults filled in. */
export type LandingZoneFile = z.output<typeof landingZoneSchema>;
/** The file as a person may write it, without what has a default. */
export type LandingZoneInput = z.input<typeof landingZoneSchema>;
export type Organization = LandingZoneFile["organization"];
export type Selector = z.output<typeof selectorSchema>;
export type RoleTrust = z.output<typeof trust>;
export type Users = z.output<typeof users>;
export type Baseline = z.output<typeof baseline>;
export type Ssh = z.output<typeof ssh>;
export type AccountSettings = z.output<typeof account>;

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
