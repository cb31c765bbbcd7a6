/** The errors of the control `trail`. */

import { BulkheadError } from "@bulkhead/core";

export const bucketTaken = (name: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Baseline.BucketTaken",
    fault: "user",
    message: `The name ${name} belongs to somebody else's bucket: names of buckets are the world's.`,
    next: "Give the trail another one in the file: baseline.trail.bucket.",
    cause,
  });
