/** Environment variables: free to read, and anybody can set them. */

import { parseArn } from "../arn.ts";
import type { Finding } from "../findings.ts";
import type { Platform } from "../model.ts";

/**
 * What the variables alone say.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 */
export function variables(env: NodeJS.ProcessEnv): Finding[] {
  const findings: Finding[] = [];
  const platform = (source: string, value: Platform): void => {
    if (env[source]) findings.push({ about: "platform", side: "machine", source, value, trust: "hint" });
  };
  platform("GITHUB_ACTIONS", "github-actions");
  platform("GITLAB_CI", "gitlab");
  platform("CODEBUILD_BUILD_ARN", "codebuild");
  platform("AWS_LAMBDA_FUNCTION_NAME", "lambda");
  platform("ECS_CONTAINER_METADATA_URI_V4", "ecs");
  for (const source of ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]) {
    if (/\/(pods\.)?eks\.amazonaws\.com\//.test(env[source] ?? "")) platform(source, "eks");
  }

  const build = parseArn(env["CODEBUILD_BUILD_ARN"]);
  if (build !== undefined) {
    const of = { side: "machine", source: "CODEBUILD_BUILD_ARN", trust: "hint" } as const;
    findings.push({ about: "account", value: build.account, ...of });
    if (build.region !== undefined) findings.push({ about: "region", value: build.region, ...of });
  }

  // The SDKs take it for the account of the credentials: as a statement it can be wrong, and then people must know.
  const stated = env["AWS_ACCOUNT_ID"];
  if (stated)
    findings.push({ about: "account", side: "credentials", source: "AWS_ACCOUNT_ID", value: stated, trust: "hint" });

  // Strong, though a variable: they decide where calls go.
  for (const source of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const value = env[source];
    if (value) findings.push({ about: "region", side: "configuration", source, value, trust: "strong" });
  }

  const environment = env["BULKHEAD_ENVIRONMENT"];
  if (environment) {
    findings.push({
      about: "environment",
      side: "configuration",
      source: "BULKHEAD_ENVIRONMENT",
      value: environment,
      trust: "hint",
    });
  }
  return findings;
}
