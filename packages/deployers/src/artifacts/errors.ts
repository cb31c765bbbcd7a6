/** The errors of the artifact bucket. */

import { BulkheadError } from "@bulkhead/core";

export const bucketMissing = (bucket: string): BulkheadError =>
  new BulkheadError({
    code: "Artifacts.BucketMissing",
    fault: "user",
    message: `There is no artifact bucket ${bucket} in this account`,
    next: "Make it, or declare it with `create: true`.",
  });

export const bucketElsewhere = (bucket: string, region: string): BulkheadError =>
  new BulkheadError({
    code: "Artifacts.BucketElsewhere",
    fault: "user",
    message: `The artifact bucket ${bucket} isn't in ${region}, but CloudFormation and Lambda take artifacts from their own region only`,
    next: "Declare a bucket for each region, with {region} in its name.",
  });

export const artifactMissing = (bucket: string, key: string): BulkheadError =>
  new BulkheadError({
    code: "Artifacts.Missing",
    fault: "user",
    message: `There is no ${key} in the artifact bucket ${bucket}`,
    next: "Deploy from the sources again.",
  });

export const artifactAltered = (bucket: string, key: string, found: string): BulkheadError =>
  new BulkheadError({
    code: "Artifacts.Altered",
    fault: "user",
    message: `${key} in the artifact bucket ${bucket} isn't what its name says: its digest is ${found}. Nothing was deployed of it.`,
    next: "Find out who wrote it, delete it, and deploy from the sources again.",
  });
