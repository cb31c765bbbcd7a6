/** The section `baseline`: a key for each control, in the order in which they stand in the reference. */

import * as z from "zod";
import { cidr, selectorSchema, template } from "./schema-parts.ts";
import { roleName, trusts } from "./schema-roles.ts";
import { trail } from "./schema-trail.ts";

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

const auditRole = z
  .strictObject({
    name: roleName.default("audit").describe("The role's name, by which rules of access and trust can speak of it"),
    maxSessionHours: z.int().min(1).max(12).default(1).describe("Longest session, in hours (1 to 12)"),
    trust: trusts,
    adopt: z.boolean().default(false).describe("Take over roles of this name that exist already"),
  })
  .describe("A role in every account that sees all settings and no data: SecurityAudit and ViewOnlyAccess");

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
const passwordPolicy = z
  .strictObject({
    minimumLength: z.int().min(6).max(128).default(14).describe("Characters, 6 to 128"),
    requireLowercase: z.boolean().default(true).describe("At least one letter a to z"),
    requireUppercase: z.boolean().default(true).describe("At least one letter A to Z"),
    requireNumbers: z.boolean().default(true).describe("At least one digit"),
    requireSymbols: z.boolean().default(true).describe("At least one of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '"),
    allowUsersToChange: z.boolean().default(true).describe("Users may change their own passwords"),
    remembered: z.int().min(1).max(24).default(24).describe("Earlier passwords that can't be used again, 1 to 24"),
    maxAgeDays: z.int().min(1).max(1095).describe("Days until a password expires; never by default").optional(),
    resetByAdministrator: z.boolean().default(false).describe("Who let the password expire can't set a new one"),
  })
  .describe("Password policy of IAM users, also in the identity account");

// https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html
const contact = z.strictObject({
  name: z.string().min(1).max(64),
  title: z.string().min(1).max(50),
  email: template.max(254).regex(/^[^\s@]+@[^\s@]+$/, { error: "must be an email address" }),
  phone: z.string().regex(/^[\s0-9()+-]{1,25}$/, { error: "may hold digits, spaces and ( ) + - only, 25 at most" }),
});

const alternateContacts = z
  .strictObject({
    billing: contact.describe("Who is told about invoices").optional(),
    operations: contact.describe("Who is told about outages and limits").optional(),
    security: contact.describe("Who is told about abuse and leaked keys").optional(),
  })
  .describe("Whom AWS writes to besides the root user; what isn't given is left alone");

const imdsv2 = z
  .strictObject({
    hopLimit: z.int().min(1).max(64).default(2).describe("How far an answer travels: 2 reaches into containers"),
  })
  .describe("New instances demand tokens of those who read their metadata (IMDSv2)");

/** Controls that an account can be excepted from. */
const exceptable = [
  "passwordPolicy",
  "accountAlias",
  "alternateContacts",
  "s3PublicAccess",
  "ebsEncryption",
  "imdsv2",
  "snapshotPublicAccess",
  "amiPublicAccess",
] as const;

export const baseline = z
  .strictObject({
    includeManagement: z
      .boolean()
      .default(false)
      .describe("Whether the management account gets the same ground as the others"),
    exceptions: z
      .array(z.strictObject({ controls: z.array(z.enum(exceptable)).min(1), accounts: selectorSchema }))
      .default([])
      .describe("Accounts in which some of these controls change nothing"),
    auditRole: auditRole.optional(),
    ownRole: roleName
      .describe("A role for Bulkhead in every account, with the rights of the controls; see organization.accessRole")
      .optional(),
    trail: trail.optional(),
    passwordPolicy: passwordPolicy.optional(),
    accountAlias: template.describe("Alias in the sign-in address, such as example-{account}").optional(),
    alternateContacts: alternateContacts.optional(),
    s3PublicAccess: z.literal("block-all").describe("No bucket of the account is public").optional(),
    ebsEncryption: z.literal("by-default").describe("Every new EBS volume and snapshot is encrypted").optional(),
    imdsv2: imdsv2.optional(),
    snapshotPublicAccess: z
      .enum(["block-all-sharing", "block-new-sharing"])
      .describe("No EBS snapshot is shared with everybody: none at all, or none more")
      .optional(),
    amiPublicAccess: z.literal("block-new-sharing").describe("No AMI more is shared with everybody").optional(),
    defaultVpc: z
      .strictObject({
        removeFrom: z.array(z.string()).min(1).describe("Names of the accounts that lose their unused default VPCs"),
      })
      .describe("The VPC that AWS makes in each region: removed where nothing uses it")
      .optional(),
    network: network.optional(),
  })
  .describe("What every account has");
