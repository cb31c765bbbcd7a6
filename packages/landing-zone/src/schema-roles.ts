/** The section `roles`: what each role may do, where it exists, and who may enter it. */

import * as z from "zod";
import { accountId, relativePath, selectorSchema } from "./schema-parts.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, { error: "must be the name of an IAM role" });

const policyName = z.string().regex(/^(arn:aws[\w-]*:iam::(aws|\d{12}):policy\/)?[\w+=,.@/-]+$/, {
  error: "must be a policy's name or ARN",
});

/** IAM would put something else in its place, so that the text would let in what it doesn't name. */
const noVariable = (text: string): boolean => !text.includes("${");
const variableError = { error: "can't hold ${: IAM would take it for a policy variable" };

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
            // Repositories made or renamed since mid-2026 have ids in it: repo:OWNER@ID/NAME@ID:…
            // https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
            .regex(/^repo:[\w.-]+(@\d+)?\//, { error: "must begin with repo:OWNER/ or repo:OWNER@ID/" })
            .refine(noVariable, variableError)
            .describe("The token's subject, such as repo:example/*:ref:refs/heads/main"),
        })
        .describe("A GitHub Actions workflow"),
      z
        .strictObject({
          oidc: z.literal("gitlab"),
          subject: z
            .string()
            .regex(/^project_path:[\w.-]+\//, { error: "must begin with project_path:GROUP/" })
            .refine(noVariable, variableError)
            .describe("The token's subject, such as project_path:example/app:ref_type:branch:ref:main"),
          url: z
            .string()
            .regex(/^https:\/\/[a-z0-9][a-z0-9.-]*(\/[\w.~-]+)*$/, {
              error: "must be https://HOST, without a port or a slash at its end",
            })
            .default("https://gitlab.com")
            .describe("Address of a GitLab of your own"),
        })
        .describe("A GitLab CI/CD job"),
      z
        .strictObject({
          thirdParty: accountId.describe("Id of an AWS account outside of this file, in quotes"),
          externalId: z
            .string()
            .regex(/^[\w+=,.@:/-]{2,1224}$/, { error: "must be 2 to 1,224 letters, digits and + = , . @ : / - _" })
            .describe("What the third party has to say, so that it can't be led here by another of its customers"),
        })
        .describe("Somebody else's AWS account"),
    ],
    { error: "must be { account, role }, { oidc, subject } or { thirdParty, externalId }" },
  )
  .describe("Who else may enter the role");

export const trusts = z.array(trust).default([]).describe("Who may enter besides people with MFA");

export const role = z
  .strictObject({
    managedPolicies: z
      .array(policyName)
      .max(25, { error: "has more than the 25 policies that AWS attaches to a role at most" })
      .describe("Names of AWS's managed policies, or ARNs")
      .optional(),
    inlinePolicy: relativePath.describe("Path of a JSON policy, relative to this file").optional(),
    permissionsBoundary: policyName
      .describe("Name of the AWS managed policy, or ARN of the policy, that bounds what the role may do")
      .optional(),
    path: z
      .string()
      .regex(/^\/([\x21-\x2e\x30-\x7e]+\/)*$/, { error: "must begin and end with /" })
      .max(512, { error: "is longer than AWS's 512 characters" })
      // Policies name roles by their ARNs, where these would stand for other roles as well.
      .regex(/^[^*?$]*$/, { error: "can't hold * ? or $, which mean something in policies" })
      .default("/")
      .describe("IAM path of the role"),
    accounts: selectorSchema.describe("Where the role exists; in every account by default").optional(),
    maxSessionHours: z.int().min(1).max(12).default(1).describe("Longest session, in hours (1 to 12)"),
    trust: trusts,
    adopt: z
      .boolean()
      .default(false)
      .describe("Take over roles of this name that exist already; without it they are left alone"),
  })
  .describe("A preconfigured role");

export type RoleTrust = z.output<typeof trust>;
