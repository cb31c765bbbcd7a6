/** Tags of accounts, a hundred a call, where the Resource Groups Tagging API gives them. */

import { BulkheadError, type Report } from "@bulkhead/core";
import type { Access } from "@bulkhead/credentials";

/** Where the tags of Organizations, a global service, are kept, by partition. */
const regions: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-northwest-1",
  "aws-eusc": "eusc-de-east-1",
  "aws-us-gov": "us-gov-west-1",
};

/**
 * Tags by account id, of those accounts that the API knows; accounts that never had a tag are not among them
 * (Resource Groups Tagging API Reference, “GetResources”), and a tag may be a moment old. Empty where the API refuses:
 * the tags can be had without it.
 */
export async function readBatchTags(
  access: Access,
  managementAccountId: string,
  report: Report,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const module = await import("@aws-sdk/client-resource-groups-tagging-api");
  const { partition } = await access.identity();
  const region = regions[partition];
  if (region === undefined) return new Map();
  const client = access.client(module.ResourceGroupsTaggingAPIClient, { account: managementAccountId, region });
  const tags = new Map<string, Readonly<Record<string, string>>>();
  try {
    for (let token: string | undefined; ;) {
      const answer = await client.send(
        new module.GetResourcesCommand({
          ResourceTypeFilters: ["organizations:account"],
          ResourcesPerPage: 100,
          ...(token === undefined ? {} : { PaginationToken: token }),
        }),
      );
      for (const { ResourceARN: arn = "", Tags = [] } of answer.ResourceTagMappingList ?? []) {
        const id = arn.split("/").at(-1) ?? "";
        tags.set(id, Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])));
      }
      token = answer.PaginationToken;
      if (!token) return tags;
    }
  } catch (error) {
    // Where the credentials are no good at all, the next call to Organizations says so.
    if (!(error instanceof BulkheadError)) throw error;
    report({ type: "detail", message: `no tags in batches: ${error.message}` });
    return new Map();
  }
}
