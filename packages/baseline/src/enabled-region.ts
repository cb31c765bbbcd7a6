/** Regions that an account hasn't enabled: AWS itself only says there that it doesn't know the credentials. */

import { awsErrorName } from "@bulkhead/credentials";
import type { Reach, Site } from "./control.ts";
import { regionNotEnabled } from "./errors.ts";
import { global } from "./scopes.ts";

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const unknownCredentials: ReadonlySet<string> = new Set([
  "AuthFailure",
  "InvalidClientTokenId",
  "OptInRequired",
  "UnrecognizedClientException",
]);

/**
 * Does the work at a site. Where AWS doesn't know the credentials, it is asked about the region: one call more, once for
 * each account and region.
 * @throws Baseline.RegionNotEnabled; otherwise what the work throws
 */
export async function inEnabledRegion<T>(site: Site, reach: Reach, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (site.region === global || !unknownCredentials.has(awsErrorName(error) ?? "")) throw error;
    // Who may not ask is told what AWS said in the first place.
    const status = await optStatus(site, reach).catch(() => undefined);
    if (status === undefined || status === "ENABLED" || status === "ENABLED_BY_DEFAULT") throw error;
    throw regionNotEnabled(site.account, site.region, status);
  }
}

function optStatus(site: Site, reach: Reach): Promise<string | undefined> {
  return reach.once(`region ${site.account}/${site.region}`, async () => {
    const { AccountClient, GetRegionOptStatusCommand } = await import("@aws-sdk/client-account");
    const client = reach.client(AccountClient, { ...site, region: global });
    return (await client.send(new GetRegionOptStatusCommand({ RegionName: site.region }))).RegionOptStatus;
  });
}
