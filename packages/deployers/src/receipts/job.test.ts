/** Where each CI system says which job this is. */

import { expect, it } from "@jest/globals";
import { jobUrl } from "./job.ts";

it.each<[string, NodeJS.ProcessEnv, string | null]>([
  [
    "GitHub Actions",
    { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" },
    "https://github.com/a/b/actions/runs/7",
  ],
  ["GitLab", { CI_JOB_URL: "https://gitlab.example.com/a/-/jobs/7" }, "https://gitlab.example.com/a/-/jobs/7"],
  [
    "Azure Pipelines",
    { SYSTEM_COLLECTIONURI: "https://dev.azure.com/a/", SYSTEM_TEAMPROJECT: "b c", BUILD_BUILDID: "7" },
    "https://dev.azure.com/a/b%20c/_build/results?buildId=7",
  ],
  [
    "Bitbucket",
    { BITBUCKET_GIT_HTTP_ORIGIN: "https://bitbucket.org/a/b", BITBUCKET_BUILD_NUMBER: "7" },
    "https://bitbucket.org/a/b/pipelines/results/7",
  ],
  [
    "Jenkins, without what is secret",
    { BUILD_URL: "https://me:secret@ci.example.com/7/" },
    "https://ci.example.com/7/",
  ],
  ["nothing", {}, null],
  ["no address", { BUILD_URL: "javascript:alert(1)" }, null],
])("%s", (_, env, expected) => {
  expect(jobUrl(env)).toBe(expected);
});
