/** The shape of the landing zone file: every section, key and default. What it can't say is checked while loading. */

import * as z from "zod";
import { baseline } from "./schema-baseline.ts";
import { role, roleName } from "./schema-roles.ts";
import { ssh } from "./schema-ssh.ts";
import { users } from "./schema-users.ts";
import {
  accountId,
  accountName,
  emailTemplate,
  name,
  region,
  relativePath,
  selectorSchema,
  tags,
  template,
} from "./schema-parts.ts";

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
    accessRole: roleName
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
    roles: z.record(roleName, role).describe("Preconfigured roles, in every account unless narrowed").default({}),
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
export type Users = z.output<typeof users>;
export type Baseline = z.output<typeof baseline>;
export type Ssh = z.output<typeof ssh>;
export type AccountSettings = z.output<typeof account>;
