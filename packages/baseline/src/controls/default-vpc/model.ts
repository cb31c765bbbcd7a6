/** The default VPC as it stands in changes. */

export const vpcKind = "default-vpc";

/** Marks an internet gateway before it is detached, so that an interrupted removal is seen and finished. */
export const removingTag = "bulkhead:removing";

/** Everything that is removed, by AWS's ids: what was shown, and nothing else. */
export type DefaultVpc = {
  readonly vpc: string | null;
  readonly cidrBlock: string | null;
  readonly subnets: readonly string[];
  readonly internetGateways: readonly string[];
  /** Who uses it, so that a plan made before somebody began to is stale. */
  readonly uses: readonly string[];
};
