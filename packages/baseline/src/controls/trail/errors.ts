/** The errors of the control `trail`. */

import { BulkheadError } from "@bulkhead/core";

export const trailTaken = (name: string): BulkheadError =>
  new BulkheadError({
    code: "Baseline.TrailTaken",
    fault: "user",
    message: `Somebody else has made a trail ${name} since the plan was made.`,
    next: "Plan again: the plan will say what can be done.",
  });

/** @param cause AWS's own error, which tells who waits for a new account */
export const bucketRefused = (name: string, account: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Baseline.BucketRefused",
    fault: "user",
    message: `S3 says nothing of the bucket ${name}: it is somebody else's, or our role in ${account} may not look at it.`,
    next: "Give the trail another one in the file (baseline.trail.bucket), or the role its rights (docs/reference/controls/trail.md).",
    cause,
  });

export const bucketTaken = (name: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Baseline.BucketTaken",
    fault: "user",
    message: `The name ${name} belongs to somebody else's bucket: names of buckets are the world's.`,
    next: "Give the trail another one in the file: baseline.trail.bucket.",
    cause,
  });
