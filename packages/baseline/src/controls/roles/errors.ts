/** The errors of the control `roles`. */

import { BulkheadError } from "@bulkhead/core";
import type { Role } from "@bulkhead/landing-zone";

export const trustTooLong = ({ name, where }: Role, limit: number): BulkheadError =>
  new BulkheadError({
    code: "Baseline.TrustTooLong",
    fault: "user",
    message: `The trust policy of role ${name} would have more than the ${limit} characters that AWS takes.`,
    next: "Let in fewer by name: a * in a token's subject stands for many, or make a second role.",
    where,
  });

export const policyTooLong = (name: string, limit: number): BulkheadError =>
  new BulkheadError({
    code: "Baseline.PolicyTooLong",
    fault: "internal",
    message: `The policy of Bulkhead's own role ${name} would have more than the ${limit} characters that AWS takes.`,
    next: "This is a defect of Bulkhead: please report it.",
  });

export const noSuchPolicy = (arn: string, role: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Baseline.NoSuchPolicy",
    fault: "user",
    message: `There is no policy ${arn} to give to role ${role}.`,
    next: "Mend its name in the file. AWS's policies for services have a path: service-role/…, aws-service-role/…",
    cause,
  });

export const roleTaken = (name: string, account: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.RoleTaken",
    fault: "user",
    message: `Somebody else has made a role ${name} in ${account} since the plan was made.`,
    next: "Plan again: the plan will say what can be done.",
  });
