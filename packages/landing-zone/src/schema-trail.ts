/** The section `baseline.trail`: the organization's trail, and how long its logs are kept. */

import * as z from "zod";
import { region } from "./schema-parts.ts";

/** S3's longest name is 63; the bucket of its access log has a suffix, and {accountId} stands for 12 digits. */
const bucketName = z
  .string()
  .regex(/^(?!-)([a-z0-9-]|\{accountId\}|\{region\})+(?<!-)$/, {
    error: "must be lower-case letters, digits and -, and may hold {accountId} and {region}",
  })
  .refine((text) => text.replace("{accountId}", "0".repeat(12)).replace("{region}", "r".repeat(14)).length <= 52, {
    error: "is too long: a bucket's name has 63 characters at most, and its access log adds 11",
  });

export const trail = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9](?:[._-]?[A-Za-z0-9])+$/, {
        error: "must be letters and digits, and single . _ - between them",
      })
      .min(3)
      .max(128)
      .default("bulkhead")
      .describe("The trail's name"),
    bucket: bucketName
      .default("bulkhead-trail-{accountId}-{region}")
      .describe("The bucket's name; {accountId} is the log archive account's id"),
    region: region.describe("Where trail, bucket and key live; the home region by default").optional(),
    retentionDays: z.int().min(1).max(36_500).default(365).describe("Days after which logs are deleted"),
    objectLockDays: z
      .int()
      .min(1)
      .max(36_500)
      .default(90)
      .describe("Days in which nobody, not even the root user, can delete a log; can't be taken back for logs written"),
    auditors: z
      .array(
        z.string().regex(/^([\w+=,.@-]{1,64}|arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/, {
          error: "must be the name of a role, or a role's ARN",
        }),
      )
      .default([])
      .describe("Who may read the logs: names of roles in the log archive account, or ARNs of roles elsewhere"),
  })
  .refine((it) => it.objectLockDays <= it.retentionDays, {
    path: ["objectLockDays"],
    error: "is longer than retentionDays: a locked log can't be deleted",
  })
  .describe("One trail for the whole organization, into the log archive account");

export type Trail = z.output<typeof trail>;
