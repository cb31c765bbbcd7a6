// S3 Control: the account stands before the host's name, which moto takes for a bucket's.
import type { Rule } from "./rule.ts";

const path = "/v20180820/configuration/publicAccessBlock";

/** Block Public Access of a whole account; whose it is, moto knows from the caller. */
export const s3ControlHost: Rule = {
  name: "S3 Control is called at ACCOUNT.s3-control.REGION.amazonaws.com",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html",
  operations: ["GET", "PUT", "DELETE"].map((method) => `s3:${method} ${path}`),
  handle: ({ request, ...call }, next) =>
    next({ ...call, request: { ...request, headers: { ...request.headers, host: "127.0.0.1" } } }),
};
