/** The page of the CI job that deploys, as the job's own variables name it. */

/** Variables that hold the address. */
const addresses = [
  "CI_JOB_URL", // GitLab
  "BUILDKITE_BUILD_URL",
  "CIRCLE_BUILD_URL",
  "CODEBUILD_BUILD_URL",
  "BUILD_URL", // Jenkins
];

/** @returns null where no job is known */
export function jobUrl(env: NodeJS.ProcessEnv): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
  const { SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT, BUILD_BUILDID } = env;
  const { BITBUCKET_GIT_HTTP_ORIGIN, BITBUCKET_BUILD_NUMBER } = env;
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID) {
    return safe(`${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`);
  }
  if (SYSTEM_COLLECTIONURI && SYSTEM_TEAMPROJECT && BUILD_BUILDID) {
    return safe(`${SYSTEM_COLLECTIONURI}${SYSTEM_TEAMPROJECT}/_build/results?buildId=${BUILD_BUILDID}`);
  }
  if (BITBUCKET_GIT_HTTP_ORIGIN && BITBUCKET_BUILD_NUMBER) {
    return safe(`${BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/${BITBUCKET_BUILD_NUMBER}`);
  }
  return safe(addresses.map((name) => env[name]).find(Boolean) ?? "");
}

/** An address of the web, without a name or password that stands in it. */
function safe(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  url.username = "";
  url.password = "";
  return url.href;
}
