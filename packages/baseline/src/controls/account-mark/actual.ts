/** Reads the mark of an account in a region. */

import type { Json, JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Found, Reach, Site } from "../../control.ts";
import { markKind, markParameter } from "./desired.ts";

export async function readMark(site: Site, reach: Reach): Promise<readonly Found[]> {
  try {
    const { Parameter: parameter } = await reach
      .client(SSMClient, site)
      .send(new GetParameterCommand({ Name: markParameter }));
    const { name = null, team = null, environment = null, ...others } = parse(parameter?.Value ?? "");
    const fields = { name, team, environment, protected: others["protected"] ?? false };
    return [{ kind: markKind, name: markKind, fields, ownership: `the name ${markParameter}` }];
  } catch (error) {
    if (awsErrorName(error) === "ParameterNotFound") return [];
    throw error;
  }
}

/** Of what somebody else wrote there, nothing is kept. */
function parse(text: string): Record<string, Json> {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null ? { ...(value as JsonObject) } : {};
  } catch {
    return {};
  }
}
