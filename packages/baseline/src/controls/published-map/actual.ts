/** Reads the published map. */

import type { Json, JsonObject } from "@bulkhead/core";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Found, Reach, Site } from "../../control.ts";
import { mapFolder, partKind } from "./desired.ts";

/** Parameters below our folder whose names aren't numbers are none of ours. */
export async function readMap(site: Site, reach: Reach): Promise<readonly Found[]> {
  const client = reach.client(SSMClient, site);
  const found: Found[] = [];
  for (let token: string | undefined; ;) {
    const page = token === undefined ? {} : { NextToken: token };
    const answer = await client.send(new GetParametersByPathCommand({ Path: mapFolder, ...page }));
    for (const { Name: path = "", Value: text = "" } of answer.Parameters ?? []) {
      const name = path.slice(mapFolder.length + 1);
      const fields = { accounts: parse(text) };
      if (/^\d+$/.test(name)) found.push({ kind: partKind, name, fields, ownership: `the name ${path}` });
    }
    token = answer.NextToken;
    if (!token) return found;
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return text;
  }
}
