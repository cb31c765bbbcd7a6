/** The ARNs of managed policies that the file names. Pure. */

/**
 * AWS's policies for job functions, which lie in a path of their own and are known by their bare names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
 */
const jobFunctions: ReadonlySet<string> = new Set([
  "Billing",
  "DatabaseAdministrator",
  "DataScientist",
  "NetworkAdministrator",
  "SupportUser",
  "SystemAdministrator",
  "ViewOnlyAccess",
]);

/** @param policy the name of an AWS managed policy, with its path where it has one (`service-role/…`), or an ARN */
export function policyArn(policy: string, partition: string): string {
  if (policy.startsWith("arn:")) return policy;
  return `arn:${partition}:iam::aws:policy/${jobFunctions.has(policy) ? "job-function/" : ""}${policy}`;
}
