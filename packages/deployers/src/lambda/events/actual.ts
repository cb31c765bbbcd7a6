/** What is wired to an alias: its mappings, the permissions in its policy, and what stands at the sources they name. */

import { readLogs, groupOf } from "./logs.ts";
import { readMappings } from "./mapping.ts";
import type { Found, Permission, Wiring } from "./model.ts";
import { readPermissions } from "./permission.ts";
import { readRules } from "./rule.ts";
import { readS3 } from "./s3.ts";
import type { Site } from "./site.ts";
import { readSns } from "./sns.ts";

/** @param wanted their sources are looked at as well */
export async function readEvents(site: Site, wanted: readonly Wiring[]): Promise<Found> {
  const [mappings, permissions] = await Promise.all([readMappings(site, wanted), readPermissions(site)]);
  const arnsOf = (principal: string): ReadonlySet<string> => sourceArns(principal, permissions, wanted);
  const readings = await Promise.all([
    readS3(site, arnsOf("s3.amazonaws.com")),
    readSns(site, arnsOf("sns.amazonaws.com")),
    readRules(site, arnsOf("events.amazonaws.com")),
    readLogs(site, new Set([...arnsOf("logs.amazonaws.com")].map(groupOf))),
  ]);
  return {
    permissions,
    wirings: [mappings, ...readings].flatMap(({ wirings }) => wirings),
    unmanaged: [mappings, ...readings].flatMap(({ unmanaged }) => unmanaged),
  };
}

function sourceArns(
  principal: string,
  permissions: readonly Permission[],
  wanted: readonly Wiring[],
): ReadonlySet<string> {
  const needed = wanted.flatMap(({ permission }) => (permission ? [permission] : []));
  return new Set(
    [...permissions, ...needed].filter((one) => one.principal === principal).map(({ sourceArn }) => sourceArn),
  );
}
