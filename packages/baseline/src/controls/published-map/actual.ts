/** Reads the published map. */

import type { Json, JsonObject } from "@bulkhead/core";
import { readAll, readPages, type PageToken } from "@bulkhead/credentials";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Found, Reach, Site } from "../../control.ts";
import { mapFolder, partKind } from "./desired.ts";

/** Parameters below our folder whose names aren't numbers are none of ours. */
export async function readMap(site: Site, reach: Reach): Promise<readonly Found[]> {
  const client = reach.client(SSMClient, site);
  const ask = (page: PageToken<"NextToken">) =>
    client.send(new GetParametersByPathCommand({ Path: mapFolder, ...page }));
  const parameters = await readAll(readPages("NextToken", ask), (answer) => answer.Parameters);
  return parameters.flatMap(({ Name: path = "", Value: text = "" }) => {
    const name = path.slice(mapFolder.length + 1);
    const fields = { accounts: parse(text) };
    return /^\d+$/.test(name) ? { kind: partKind, name, fields, ownership: `the name ${path}` } : [];
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return text;
  }
}
